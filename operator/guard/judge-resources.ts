/**
 * Which changes of one stack would lose something that the next deployment can't make again. What must stay true: a change
 * whose outcome CloudFormation decides only when it happens counts as a loss, because then it is too late.
 */
import { ResourceImpact } from "@aws-cdk/cloudformation-diff";
import type { ResourceDifference, TemplateDiff } from "@aws-cdk/cloudformation-diff";
import { CARRIERS } from "./carriers.ts";
import type { Refusal } from "./finding.ts";
import { EMPTIES_BUCKETS, STATEFUL } from "./kinds.ts";
import type { Stateful } from "./kinds.ts";
import { weakenings } from "./protections.ts";
import { indexSteps, isRetyped } from "./table-changes.ts";
import { sayTheSame } from "./template.ts";
import type { Template, TemplateResource } from "./template.ts";

export interface Stacks {
  readonly stack: string;
  readonly before: Template;
  readonly after: Template;
  readonly diff: TemplateDiff;
}

interface Case extends Stacks {
  readonly id: string;
  readonly was: TemplateResource;
  readonly kind: Stateful;
}

const refusal = ({ stack, id, was, kind }: Case, found: Pick<Refusal, "deed" | "property" | "happens">): Refusal => ({
  stack,
  resource: id,
  type: was.Type,
  lost: kind.lost,
  instead: kind.instead,
  ...found,
});

/** The resource that comes in the place of one that goes: of its kind, and saying the same. */
const heirOf = ({ before, after, was }: Case): string | null => {
  const added = Object.entries(after.Resources).filter(
    ([id, { Type }]) => !(id in before.Resources) && Type === was.Type,
  );
  const [heir] =
    added.find(([, { Properties }]) => sayTheSame(Properties, was.Properties)) ??
    (added.length === 1 ? added : [])[0] ??
    [];
  return heir ?? null;
};

const deleted = (asked: Case): Refusal => {
  const heir = heirOf(asked);
  const stays = asked.was.DeletionPolicy !== undefined && asked.was.DeletionPolicy !== "Delete";
  const end = stays
    ? "It stays in the account, outside of every stack, and the gateway no longer finds it."
    : "It is deleted.";
  if (heir === null) return refusal(asked, { deed: "delete", property: null, happens: end });
  const happens = `Its logical id becomes ${heir}, which to CloudFormation is another resource: a new and empty one is made. The old one: ${end.charAt(0).toLowerCase()}${end.slice(1)}`;
  return {
    ...refusal(asked, { deed: "delete", property: null, happens }),
    instead: `Give the construct the name and the place back that it had, so that its logical id is ${asked.id} again.`,
  };
};

const REPLACES: Readonly<Partial<Record<ResourceImpact, string>>> = {
  [ResourceImpact.WILL_REPLACE]: "It is replaced by a new and empty one.",
  [ResourceImpact.MAY_REPLACE]:
    "CloudFormation may replace it by a new and empty one, and says so only when it happens.",
};

/** The library takes every change of a table for an update. CloudFormation replaces the table, or DynamoDB refuses it. */
const ofTable = (asked: Case): readonly Refusal[] => {
  const now = asked.after.Resources[asked.id];
  if (asked.was.Type !== "AWS::DynamoDB::Table" || now === undefined) return [];
  const retyped = "It is replaced by a new and empty one, because an attribute of a key is of another type.";
  const steps = indexSteps(asked.was, now);
  const crowded = `${steps} indexes are made or taken away, and DynamoDB does one in an update: CloudFormation stops there and takes ${asked.stack} back.`;
  return [
    ...(isRetyped(asked.was, now)
      ? [refusal(asked, { deed: "replace", property: "AttributeDefinitions", happens: retyped })]
      : []),
    ...(steps > 1
      ? [
          {
            ...refusal(asked, { deed: "break", property: "GlobalSecondaryIndexes", happens: crowded }),
            lost: "Nothing is lost, but the deployment can't end.",
            instead: "One index in each deployment.",
          },
        ]
      : []),
  ];
};

/** The resources of a stack whose attributes are, or may be, other ones afterwards although their text stays. */
export const replacedIn = (diff: TemplateDiff): ReadonlySet<string> =>
  new Set(
    Object.entries(diff.resources.changes).flatMap(
      ([id, { isAddition, isRemoval, changeImpact, resourceTypeChanged }]) =>
        !isAddition && !isRemoval && (resourceTypeChanged || REPLACES[changeImpact] !== undefined) ? [id] : [],
    ),
  );

const replaced = (asked: Case, difference: ResourceDifference): readonly Refusal[] =>
  Object.entries(difference.propertyUpdates).flatMap(([property, { changeImpact }]) => {
    const happens = changeImpact === undefined ? undefined : REPLACES[changeImpact];
    return happens === undefined ? [] : [refusal(asked, { deed: "replace", property, happens })];
  });

const weakened = (asked: Case): readonly Refusal[] => {
  const now = asked.after.Resources[asked.id];
  if (now === undefined) return [];
  return weakenings(asked.was, now).map((happens) => ({
    ...refusal(asked, { deed: "weaken", property: null, happens }),
    lost: `Nothing yet. After it: ${asked.kind.lost.charAt(0).toLowerCase()}${asked.kind.lost.slice(1)}`,
    instead: "Leave the protection as it is. If it has to go, say why and until when in an exception.",
  }));
};

/** A custom resource that empties a bucket as soon as somebody deletes it. */
const emptied = ({ stack, before, after }: Stacks): readonly Refusal[] =>
  Object.entries(after.Resources).flatMap(([resource, { Type: type }]) =>
    type !== EMPTIES_BUCKETS || resource in before.Resources
      ? []
      : [
          {
            stack,
            resource,
            type,
            deed: "weaken",
            property: null,
            happens: "A bucket is emptied as soon as it is taken out of its stack.",
            lost: "Nothing yet. After it: every file of the bucket, older versions included.",
            instead: "Leave `autoDeleteObjects` to stages that keep nothing.",
          } as const,
        ],
  );

const judgeOne = (stacks: Stacks, id: string, difference: ResourceDifference): readonly Refusal[] => {
  const was = stacks.before.Resources[id];
  const kind = was === undefined ? undefined : STATEFUL[was.Type];
  if (was === undefined || kind === undefined) return [];
  const asked: Case = { ...stacks, id, was, kind };
  if (difference.isRemoval) return [deleted(asked)];
  if (difference.resourceTypeChanged)
    return [
      refusal(asked, {
        deed: "replace",
        property: "Type",
        happens: `It becomes a ${difference.newResourceType ?? "thing of another kind"}.`,
      }),
    ];
  return [...replaced(asked, difference), ...ofTable(asked), ...weakened(asked)];
};

/** Of what holds nothing and carries: it may be replaced, but neither go nor do less. */
const judgeCarrier = (stacks: Stacks, id: string, { isRemoval, resourceTypeChanged }: ResourceDifference) => {
  const was = stacks.before.Resources[id];
  const kind = was === undefined ? undefined : CARRIERS[was.Type];
  if (was === undefined || kind?.carries(was, stacks.after) !== true) return [];
  const asked: Case = { ...stacks, id, was, kind };
  return isRemoval || resourceTypeChanged
    ? [refusal(asked, { deed: "delete", property: null, happens: kind.goes })]
    : weakened(asked);
};

export const judgeResources = (stacks: Stacks): readonly Refusal[] => [
  ...Object.entries(stacks.diff.resources.changes).flatMap(([id, difference]) => [
    ...judgeOne(stacks, id, difference),
    ...judgeCarrier(stacks, id, difference),
  ]),
  ...emptied(stacks),
];
