//! [`Shared`]: an implementation of a contract, as a server holds it.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// An implementation that a server shares with its clones and its blocking calls.
pub enum Shared<S: ?Sized + 'static> {
    /// Shared with whoever else holds the `Arc`.
    Counted(Arc<S>),
    /// Never dropped.
    Static(&'static S),
}

impl<S: ?Sized> Deref for Shared<S> {
    type Target = S;

    #[inline]
    fn deref(&self) -> &S {
        match self {
            Shared::Counted(service) => service,
            Shared::Static(service) => service,
        }
    }
}

impl<S: ?Sized> Clone for Shared<S> {
    #[inline]
    fn clone(&self) -> Self {
        match self {
            Shared::Counted(service) => Shared::Counted(Arc::clone(service)),
            Shared::Static(service) => Shared::Static(service),
        }
    }
}

impl<S: ?Sized> fmt::Debug for Shared<S> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Shared")
    }
}

/// What a generated server is made from: an implementation, an `Arc` or a `Box` with one, or a `'static` reference to
/// one.
///
/// `C` is the generated server, which knows its contract. `F` tells the forms apart, and you never name it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` doesn't implement this contract",
    label = "neither an implementation, nor an `Arc`, a `Box` or a `&'static` with one",
    note = "implement the trait of the contract for this type"
)]
pub trait IntoShared<C, S: ?Sized, F> {
    /// The implementation, to be shared.
    fn into_shared(self) -> Shared<S>;
}

/// A generated server's contract is implemented by `S`.
pub trait ImplementedBy<S: ?Sized> {}

/// The implementation itself.
pub enum Plain {}

/// An `Arc`.
pub enum InArc {}

/// A `Box`.
pub enum InBox {}

/// A `'static` reference.
pub enum Static {}

#[diagnostic::do_not_recommend]
impl<C: ImplementedBy<S>, S> IntoShared<C, S, Plain> for S {
    fn into_shared(self) -> Shared<S> {
        Shared::Counted(Arc::new(self))
    }
}

#[diagnostic::do_not_recommend]
impl<C: ImplementedBy<S>, S: ?Sized> IntoShared<C, S, InArc> for Arc<S> {
    fn into_shared(self) -> Shared<S> {
        Shared::Counted(self)
    }
}

#[diagnostic::do_not_recommend]
impl<C: ImplementedBy<S>, S: ?Sized> IntoShared<C, S, InBox> for Box<S> {
    fn into_shared(self) -> Shared<S> {
        Shared::Counted(Arc::from(self))
    }
}

#[diagnostic::do_not_recommend]
impl<C: ImplementedBy<S>, S: ?Sized> IntoShared<C, S, Static> for &'static S {
    fn into_shared(self) -> Shared<S> {
        Shared::Static(self)
    }
}
