/** The choices for a new project. */
export const CHOICES = {
  language: ["yaml", "typescript"],
  hook: ["pre-commit", "husky", "lefthook", "none"],
  ci: ["github", "gitlab", "none"],
} as const;

type Chosen = { readonly [Key in keyof typeof CHOICES]: (typeof CHOICES)[Key][number] };

export interface Choices extends Chosen {
  readonly namespace: string;
}
