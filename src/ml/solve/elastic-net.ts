/** How strong a penalty is and which: Spark's parameters, shared by every linear model. */
export interface ElasticNet {
  readonly regParam: number;
  /** Share of the L1 penalty: 0 is ridge, 1 the lasso. */
  readonly elasticNetParam: number;
  /** Penalise coefficients of features in units of their deviation (Spark's default), or as they are. */
  readonly standardization: boolean;
}

/** The penalties on coefficients of columns that were divided by `deviation`. */
export function scaledPenalties(
  { regParam, elasticNetParam, standardization }: ElasticNet,
  deviation: Float64Array,
): { l1: Float64Array; l2: Float64Array } {
  const weight = deviation.map((value) => (standardization || value === 0 ? 1 : 1 / value));
  return {
    l1: weight.map((value) => regParam * elasticNetParam * value),
    l2: weight.map((value) => regParam * (1 - elasticNetParam) * value ** 2),
  };
}
