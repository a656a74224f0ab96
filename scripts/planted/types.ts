/**
 * Whether a tree with a planted bug still compiles: a bug that the compiler sees would never have got as far as a test. The
 * program is made once, and for each bug only what its patch touches is read and checked anew.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

export interface Types {
  /** What the compiler says of these files as they are now, below the root; null when it has nothing to say. */
  complaint(files: readonly string[]): string | null;
}

/** The compiler's settings as the tree has them, for functions/ alone. */
const configOf = (root: string): ts.ParsedCommandLine => {
  const config: unknown = ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path)).config;
  const settings = typeof config === "object" ? config : {};
  return ts.parseJsonConfigFileContent({ ...settings, include: ["functions"] }, ts.sys, root);
};

export const createTypes = (root: string): Types => {
  const { options, fileNames } = configOf(root);
  let round = 0;
  const touched = new Map<string, number>();
  const text = (path: string): string | undefined => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  };
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => fileNames,
    getScriptVersion: (path) => String(touched.get(path) ?? 0),
    getScriptSnapshot: (path) => {
      const found = text(path);
      return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (compilerOptions) => ts.getDefaultLibFilePath(compilerOptions),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: (path) => ts.sys.readFile(path),
    readDirectory: (...args) => ts.sys.readDirectory(...args),
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
    realpath: (path) => ts.sys.realpath?.(path) ?? path,
  };
  const service = ts.createLanguageService(host, ts.createDocumentRegistry());
  return {
    complaint: (files) => {
      round += 1;
      const paths = files.map((file) => join(root, file));
      for (const path of paths) touched.set(path, round);
      const found = paths.flatMap((path) => [
        ...service.getSyntacticDiagnostics(path),
        ...service.getSemanticDiagnostics(path),
      ]);
      const [first] = found;
      return first === undefined
        ? null
        : `${first.file?.fileName.slice(root.length + 1) ?? ""}: ${ts.flattenDiagnosticMessageText(first.messageText, " ")}`;
    },
  };
};
