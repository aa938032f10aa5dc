"""One verb a function, one transaction a call, time as an argument."""
