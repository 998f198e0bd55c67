/** What a new project begins with. */
export interface Choices {
  readonly language: "yaml" | "typescript";
  readonly namespace: string;
  readonly hook: "pre-commit" | "husky" | "lefthook" | "none";
  readonly ci: "github" | "gitlab" | "none";
}
