"""Golden values of Tests/1-Base/StatisticsTests: Student's t and confidence intervals. Printed with scipy 1.17.1."""

import numpy
from scipy import stats

print("quantiles: degrees of freedom, probability, t")
for freedom in (1, 2, 4, 9, 29, 100):
    for probability in (0.6, 0.95, 0.975, 0.995):
        print(f"({freedom}, {probability}, {stats.t.ppf(probability, freedom)!r}),")

print("cumulative probabilities: degrees of freedom, t, probability")
for freedom, t in ((1, -3.0), (2, -0.5), (4, 0.0), (9, 1.25), (29, 2.0), (100, -4.5)):
    print(f"({freedom}, {t}, {stats.t.cdf(t, freedom)!r}),")

cnn, mlp = numpy.array([0.7012, 0.6954, 0.7061]), numpy.array([0.5231, 0.5178, 0.5302])
difference = cnn - mlp
low, high = stats.t.interval(0.95, 2, loc=difference.mean(), scale=stats.sem(difference))
print(f"paired: mean {difference.mean()!r} deviation {difference.std(ddof=1)!r} half width {(high - low) / 2!r}")
