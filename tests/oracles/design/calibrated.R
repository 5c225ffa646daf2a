# Calibrated designs, indices, ratios and replicate weights by R's survey package, as JSON.
# Run: Rscript calibrated.R (R 4.2.2, survey 4.1.1, MASS, jsonlite), in this folder.
suppressMessages({library(survey); library(jsonlite)})
sim <- read.csv("sim.csv"); apiclus1 <- read.csv("apiclus1.csv"); apistrat <- read.csv("apistrat.csv")
# A second rating of the same customers, and whole amounts.
sim$other <- (sim$score * 7 + sim$id * 3) %% 11
sim$amount <- 5 + (sim$id * 13 + sim$score * 11) %% 97
sim$orders <- 1 + (sim$id + sim$score) %% 4
cases <- list()
put <- function(id, value, se, df = NULL, ci = NULL, ...)
  cases[[length(cases) + 1]] <<- list(id = unbox(id), value = as.vector(value), se = as.vector(se), df = df, ci = as.vector(ci), ...)
designs <- list(
  cluster_w = svydesign(id = ~id, weights = ~weight, data = sim),
  cluster_unw = svydesign(id = ~id, weights = ~1, data = sim),
  strata_fpc = svydesign(id = ~id, strata = ~stratum, weights = ~weight, fpc = ~Nh, data = sim),
  rows_unw = suppressWarnings(svydesign(id = ~1, weights = ~1, data = sim)))
totals <- c(`(Intercept)` = 1000, sexm = 480, regions = 330, regionw = 220)
of <- list(
  raking = function(d) calibrate(d, ~sex + region, totals, calfun = "raking", epsilon = 1e-11, maxit = 200),
  post = function(d) postStratify(d, ~region, data.frame(region = c("n", "s", "w"), Freq = c(450, 330, 220))),
  plain = function(d) d)
for (kind in names(of)) for (name in names(designs)) {
  d <- of[[kind]](designs[[name]])
  m <- svymean(~nps, d)
  put(paste(kind, name, "nps", sep = "_"), coef(m), SE(m), degf(d), confint(m, df = degf(d)))
  share <- svymean(~top, d)
  put(paste(kind, name, "top", sep = "_"), coef(share), SE(share))
  both <- svycontrast(svymean(~score + other, d), c(0.75, 0.25))
  put(paste(kind, name, "index", sep = "_"), coef(both), SE(both))
  r <- svyratio(~amount, ~orders, d)
  put(paste(kind, name, "ratio", sep = "_"), coef(r), SE(r))
  b <- svyby(~nps, ~month, d, svymean)
  put(paste(kind, name, "months", sep = "_"), coef(b), SE(b))
  b <- svyby(~amount, ~month, d, svyratio, denominator = ~orders)
  put(paste(kind, name, "ratio", "months", sep = "_"), coef(b), SE(b))
}
# Bounded: the factor of a weight, as calibrate has it.
even <- svydesign(id = ~id, weights = ~I(rep(1000 / 312, 312)), data = sim)
d <- calibrate(even, ~sex + region, totals, calfun = "raking", bounds = c(0.5, 1.1), epsilon = 1e-11, maxit = 500)
m <- svymean(~nps, d)
put("bounded_cluster_unw", coef(m), SE(m), degf(d), NULL, cells = c(tapply(weights(d) * 0.312, list(sim$sex, sim$region), mean)))
# Two stages: rows drawn within respondents.
sim$row <- seq_len(nrow(sim)); sim$N1 <- 120; sim$M <- ave(sim$row, sim$id, FUN = length); sim$M <- ifelse(sim$M == 1, 1, sim$M + 2 + sim$id %% 3)
d <- svydesign(id = ~id + row, weights = ~weight, fpc = ~N1 + M, data = sim)
m <- svymean(~nps, d); put("twostage_nps", coef(m), SE(m), degf(d), confint(m, df = degf(d)))
b <- svyby(~nps, ~month, d, svymean, covmat = TRUE); put("twostage_months", coef(b), SE(b), cov = as.vector(vcov(b)))
r <- svyratio(~amount, ~orders, d); put("twostage_ratio", coef(r), SE(r))
# Replicates.
for (name in c("cluster_w", "strata_fpc")) {
  d <- as.svrepdesign(designs[[name]], type = if (name == "cluster_w") "JK1" else "JKn")
  m <- svymean(~nps, d)
  put(paste("jackknife", name, sep = "_"), coef(m), SE(m), degf(d), NULL, scale = d$scale, rscales = d$rscales, replicates = ncol(d$repweights))
  k <- svycontrast(svyby(~nps, ~month, d, svymean, covmat = TRUE), c(-1, 1, 0))
  put(paste("jackknife", name, "change", sep = "_"), coef(k), SE(k))
}
few <- sim[!duplicated(sim$id), ][1:24, c("id", "score", "nps", "weight", "sex")]
few$stratum <- rep(1:12, each = 2)
half <- svydesign(id = ~id, strata = ~stratum, weights = ~weight, data = few)
set.seed(3)
for (type in c("BRR", "Fay", "bootstrap")) {
  d <- switch(type, Fay = as.svrepdesign(half, type = "Fay", fay.rho = 0.3), BRR = as.svrepdesign(half, type = "BRR"),
              bootstrap = as.svrepdesign(half, type = "bootstrap", replicates = 20))
  m <- svymean(~nps, d)
  b <- svyby(~nps, ~sex, d, svymean, covmat = TRUE); k <- svycontrast(b, c(-1, 1))
  put(paste("replicates", type, sep = "_"), coef(m), SE(m), degf(d), confint(m, df = degf(d)), change = as.vector(coef(k)), change_se = as.vector(SE(k)),
      data = few, scale = d$scale, rscales = d$rscales, mse = d$mse, weights = round(weights(d, "analysis"), 12))
}
write(toJSON(cases, digits = NA, auto_unbox = FALSE, dataframe = "columns", null = "null"), "calibrated.json")
