//! Compiles the code of README.md, so that what a newcomer reads is what works.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
