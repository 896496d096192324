import fc from 'fast-check';

// The same examples on every run: a change that breaks a property must fail for its author, not for whoever runs the tests next.
// Another seed for a longer search: FAST_CHECK_SEED=7 npm test.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1) });
