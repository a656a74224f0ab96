/**
 * How a dossier looks: an A4 sheet, on paper and on a screen. The page allows exactly this sheet, by its hash, and nothing
 * else: no script, no picture, no font from anywhere.
 */
import { createHash } from "node:crypto";

export const DOSSIER_STYLE = `
@page { size: A4; margin: 16mm 15mm 18mm }
* { box-sizing: border-box }
body { font: 10.5pt/1.45 "Source Serif 4", Charter, Georgia, serif; color: #1b1f1d; margin: 0 auto; max-width: 182mm; padding: 12mm 4mm; background: #fff }
header { display: grid; grid-template-columns: 1fr auto; gap: 2mm 8mm; border-bottom: .6mm solid #0b5d3b; padding-bottom: 4mm }
h1 { font-size: 21pt; line-height: 1.1; margin: 0; font-weight: 600; letter-spacing: -.01em }
h2 { font: 600 9pt/1.3 system-ui, sans-serif; text-transform: uppercase; letter-spacing: .09em; color: #0b5d3b; margin: 8mm 0 2.5mm; break-after: avoid }
h3 { font: 600 10pt/1.3 system-ui, sans-serif; margin: 5mm 0 1.5mm; break-after: avoid }
.kind { font: 600 9pt/1 system-ui, sans-serif; text-transform: uppercase; letter-spacing: .12em; color: #5b6761; margin: 0 0 1.5mm }
.amount { font-size: 21pt; line-height: 1.1; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.id, .status { font: 9pt/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; margin: 0; color: #44504a; overflow-wrap: anywhere }
.status { text-align: right; font-family: system-ui, sans-serif; font-weight: 600 }
.verdict { margin: 5mm 0 0; padding: 3mm 4mm; border-left: 1.2mm solid #0b5d3b; background: #eef6f1; break-inside: avoid }
.verdict.broken { border-color: #b3261e; background: #fdecea }
.verdict strong { font-family: system-ui, sans-serif }
dl { display: grid; grid-template-columns: 38mm 1fr; gap: 1mm 4mm; margin: 0 }
dt { font: 9pt/1.6 system-ui, sans-serif; color: #5b6761 }
dd { margin: 0; overflow-wrap: anywhere }
svg { display: block; width: 100%; height: auto; margin: 1mm 0 0; break-inside: avoid }
svg text { font: 9px system-ui, sans-serif; fill: #1b1f1d }
svg .when { fill: #5b6761; font-size: 8px }
svg line { stroke: #b9c5be; stroke-width: 1.5 }
svg circle { fill: #fff; stroke: #0b5d3b; stroke-width: 2 }
svg circle.moved { fill: #0b5d3b }
svg circle.alert { fill: #b3261e; stroke: #b3261e }
ol, ul.plain { list-style: none; margin: 0; padding: 0 }
li.entry { border-top: .2mm solid #d5ddd9; padding: 2.6mm 0; break-inside: avoid }
.line { display: grid; grid-template-columns: 38mm 1fr; gap: 4mm }
.when { font: 9pt/1.6 system-ui, sans-serif; color: #5b6761; font-variant-numeric: tabular-nums }
.what { margin: 0 }
.what b { font-weight: 600 }
.by { color: #5b6761 }
.alert { color: #b3261e }
pre { font: 8pt/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; background: #f5f7f6; padding: 2mm 2.5mm; margin: 1.5mm 0 0; white-space: pre-wrap; overflow-wrap: anywhere; max-height: none }
.hash { font: 7.5pt/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; color: #7a857f; overflow-wrap: anywhere; margin: 1mm 0 0 }
footer { margin-top: 9mm; border-top: .2mm solid #d5ddd9; padding-top: 2.5mm; font: 8.5pt/1.5 system-ui, sans-serif; color: #5b6761 }
section.related { border-top: .6mm solid #0b5d3b; margin-top: 9mm; padding-top: 1mm }
@media print { body { padding: 0; max-width: none } }
@media screen and (max-width: 560px) { header { grid-template-columns: 1fr } .amount, .status { text-align: left } dl, .line { grid-template-columns: 1fr; gap: .5mm } dd { margin-bottom: 1.5mm } }
`;

const hash = createHash("sha256").update(DOSSIER_STYLE).digest("base64");

/** What the page may load: its own style, by its hash. */
export const DOSSIER_POLICY = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
