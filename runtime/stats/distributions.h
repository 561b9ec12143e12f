// Distributions: tails and quantiles of the normal, Student, binomial and beta distributions.
//
// Accurate to about 1e-12 (relative, in the tails that tests use); each is checked against its own
// sum, inverse or a printed table. Pure; any thread.
//
// Sources: the incomplete beta function by its continued fraction (DLMF 8.17.22, evaluated by
// Lentz's method, "Generating Bessel functions in Mie scattering calculations", 1976); Student and
// binomial tails through it (DLMF 8.17.5, Abramowitz and Stegun 26.5.24, 26.5.27).
#pragma once

namespace hone {

// P(Z <= z).
double NormalCdf(double z);
// z with P(Z <= z) = p. REQUIRES: 0 < p < 1.
double NormalQuantile(double p);
// I_x(a, b), the distribution function of Beta(a, b). REQUIRES: a, b > 0. x is clamped to [0, 1].
double BetaCdf(double x, double a, double b);
// x with I_x(a, b) = p. REQUIRES: a, b > 0 and 0 <= p <= 1.
double BetaQuantile(double p, double a, double b);
// P(|T| >= |t|) for Student's t. `df` may be fractional. REQUIRES: df > 0.
double StudentTwoSided(double t, double df);
// t with P(T <= t) = p. REQUIRES: 0 < p < 1, df > 0.
double StudentQuantile(double p, double df);
// P(X <= k) of `n` trials. REQUIRES: n >= 0, 0 <= p <= 1.
double BinomialCdf(double k, double n, double p);

}  // namespace hone
