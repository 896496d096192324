/** A value of beta, and how it came about. */
export interface Choice {
  readonly beta: number;
  /** The time limit cut the comparison short. */
  readonly cutShort: boolean;
  /** `options`: given; `folds`: by cross-validation; `default`: folds could not choose. */
  readonly by: 'options' | 'folds' | 'default';
  readonly notes: readonly string[];
}
