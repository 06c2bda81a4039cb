//! [`ArgumentSchemas`]: the schemas of a function's parameters.

use crate::schema::{Described, ParameterSchema};

/// The arguments of a [`Function`](super::Function) whose types have schemas.
#[diagnostic::on_unimplemented(
    message = "one of the parameters `{Self}` has no schema",
    label = "a document can't describe the parameters of this function",
    note = "derive `schemars::JsonSchema` for the type of each parameter"
)]
pub trait ArgumentSchemas {
    /// The schemas of the parameters, in order.
    fn schemas() -> Vec<ParameterSchema>;
}

macro_rules! schemas {
    ($($name:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: Described),*> ArgumentSchemas for ($($name,)*) {
            fn schemas() -> Vec<ParameterSchema> {
                vec![$(ParameterSchema::of::<$name>()),*]
            }
        }
    };
}

schemas!();
schemas!(A);
schemas!(A B);
schemas!(A B C);
schemas!(A B C D);
schemas!(A B C D E);
schemas!(A B C D E F);
schemas!(A B C D E F G);
schemas!(A B C D E F G H);
