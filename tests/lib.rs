//! Compiles the examples of README.md.
