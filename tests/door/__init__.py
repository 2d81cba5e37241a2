"""Rights: the access matrix and the slow, simple oracles it is compared with."""
