//! `client.ts`: an object of functions for each namespace, and the classes of errors.

use crate::model::{Kind, Method, Reply, Type};
use crate::typescript::Writer;
use crate::typescript::errors::Errors;
use crate::typescript::functions::given;
use crate::typescript::inputs::answers;
use crate::typescript::pretty::broken;
use crate::typescript::serving::namespaces;

impl Writer<'_> {
    pub(super) fn client(&self) -> String {
        let errors = Errors::of(self);
        let mut body = errors.declarations();
        for namespace in namespaces(self.names.methods()) {
            body += &self.namespace(namespace, &errors);
        }
        body += &self.serving(&errors);
        let shapes = self.shape_constants(&self.received());
        let has_shapes = !shapes.is_empty();
        if has_shapes {
            body += &format!("\n// Where the numbers are, and of which kind.\n{shapes}");
        }
        let imports = self.imports(!errors.is_empty(), has_shapes);
        if body.is_empty() {
            body += "\nexport {};\n";
        }
        self.header() + &imports + &body
    }

    fn namespace(&self, namespace: &str, errors: &Errors) -> String {
        let mut types = String::new();
        let mut signatures = String::new();
        let mut bodies = String::new();
        for (method, name) in self.model.methods.iter().zip(self.names.methods()) {
            if name.namespace == namespace {
                let function = self.function(name, method, errors);
                types += &function.types;
                signatures += &function.signature;
                bodies += &function.body;
            }
        }
        format!("{types}\nexport const {namespace}: {{\n{signatures}}} = {{\n{bodies}}};\n")
    }

    /// Only what the client uses: strict compilers refuse the rest.
    fn imports(&self, has_errors: bool, has_shapes: bool) -> String {
        let methods = &self.model.methods;
        let calls = methods
            .iter()
            .any(|method| matches!(method.reply, Reply::Result(_)));
        let notifies = methods
            .iter()
            .any(|method| matches!(method.reply, Reply::None));
        let streams = methods
            .iter()
            .any(|method| matches!(method.reply, Reply::Stream(_)));
        let serves = !self.model.client_methods.is_empty();
        let files: [(&str, &[(&str, bool)]); 4] = [
            (
                "runtime",
                &[
                    ("call", calls),
                    ("notify", notifies),
                    ("RpcError", has_errors),
                    ("type Call", calls),
                    ("type CallOptions", calls || notifies),
                    ("type Rpc", !methods.is_empty()),
                    ("type Shape", has_shapes),
                ],
            ),
            (
                "streams",
                &[
                    ("stream", streams),
                    ("type Stream", streams),
                    ("type StreamOptions", streams),
                ],
            ),
            (
                "handlers",
                &[("answering", serves), ("type OnError", serves)],
            ),
            ("websocket", &[("type Handlers", serves)]),
        ];

        let mut text = String::new();
        let mut import = |keyword: &str, names: &[String], file: &str| {
            let file = self.import(file);
            let list = format!("{{ {} }}", names.join(", "));
            let list = broken(&list, "", keyword.len() + 1, file.len() + 7);
            text += &format!("{keyword} {list} from {file};\n");
        };
        for (file, names) in files {
            let used = names.iter().filter(|(_, is_used)| *is_used);
            let names: Vec<String> = used.map(|(name, _)| (*name).to_owned()).collect();
            if let [only] = names.as_slice()
                && let Some(only) = only.strip_prefix("type ")
            {
                import("import type", &[only.to_owned()], file);
            } else if !names.is_empty() {
                import("import", &names, file);
            }
        }
        let named = self.named();
        if !named.is_empty() {
            import("import type", &named, "types");
        }
        match text.is_empty() {
            true => text,
            false => format!("\n{text}"),
        }
    }

    /// The named types that signatures and errors name, sorted.
    fn named(&self) -> Vec<String> {
        let is_typed = |method: &&Method| !self.is_opaque(&method.name);
        let mut types: Vec<&Type> = Vec::new();
        for method in self.model.methods.iter().filter(is_typed) {
            types.extend(given(method).map(|param| &param.ty));
            types.extend(answers(method));
        }
        for method in self.model.client_methods.iter().filter(is_typed) {
            types.extend(method.params.iter().map(|param| &param.ty));
            // A function that answers with null returns nothing.
            let is_void = |ty: &Type| matches!(self.model.resolve(ty).0.kind, Kind::Null);
            types.extend(answers(method).filter(|ty| !is_void(ty)));
        }
        let mut names = Vec::new();
        while let Some(ty) = types.pop() {
            match &ty.kind {
                Kind::Reference(id) => names.push(self.names.ty(*id).to_owned()),
                // The names of a map are strings in any case.
                Kind::Map { values, .. } => types.push(values),
                _ => types.extend(ty.children()),
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The types that come from the server.
    fn received(&self) -> Vec<&Type> {
        let is_typed = |method: &&Method| !self.is_opaque(&method.name);
        let methods = self.model.methods.iter().filter(is_typed);
        let mut received: Vec<&Type> = methods.flat_map(answers).collect();
        let called = self.model.client_methods.iter().filter(is_typed);
        received.extend(
            called
                .flat_map(|method| &method.params)
                .map(|param| &param.ty),
        );
        received
    }
}
