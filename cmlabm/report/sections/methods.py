"""How the report's numbers come about, in words."""

METHODS = """
Failed runs are left out and counted. Intervals of means: bootstrap, bias-corrected and accelerated,
95 %, 5,000 resamples (SciPy).

Levels are compared by one-way analysis of variance where the residuals pass for normal
(Shapiro-Wilk) and the variances for equal (Brown-Forsythe), both at 5 %, else by Kruskal-Wallis;
pairs of levels by Welch's t or Mann-Whitney. Runs at different levels share their seeds, which
makes these tests err on the side of finding nothing.

Depletion times are censored where the malicious money outlasts the run: Kaplan-Meier, log-rank and
Cox's proportional hazards (statsmodels) count such runs as still going on when last seen; no mean
over the others is taken.

Equivalence is shown by two one-sided t tests at 5 %. Sobol, Morris and RBD-FAST indices are
SALib's; partial dependence is scikit-learn's on extremely randomised trees.
"""
