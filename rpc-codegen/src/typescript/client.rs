//! `client.ts`: an object of functions for each namespace, and the classes of errors.

use crate::model::{Kind, Method, Type};
use crate::typescript::Writer;
use crate::typescript::errors::Errors;
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
        if !shapes.is_empty() {
            body += &format!("\n// Where the 64-bit numbers are.\n{shapes}");
        }
        self.header() + &self.imports(&body) + &body
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

    /// Only what the body uses: strict compilers refuse the rest.
    fn imports(&self, body: &str) -> String {
        // What a file has, and how the body shows that it uses that.
        let files: [(&str, &[(&str, &str)]); 4] = [
            (
                "runtime",
                &[
                    ("call", "call(rpc, "),
                    ("call", "    call(\n"),
                    ("notify", "notify(rpc, "),
                    ("notify", "    notify(\n"),
                    ("RpcError", "extends RpcError<"),
                    ("type Call", ": Call<"),
                    ("type CallOptions", "?: CallOptions"),
                    ("type Rpc", "rpc: Rpc,"),
                    ("type Shape", ": Shape = "),
                ],
            ),
            (
                "streams",
                &[
                    ("stream", "stream(rpc, "),
                    ("stream", "    stream(\n"),
                    ("type Stream", ": Stream<"),
                    ("type StreamOptions", "?: StreamOptions"),
                ],
            ),
            (
                "handlers",
                &[
                    ("answering", "return answering("),
                    ("type OnError", "?: OnError"),
                ],
            ),
            ("websocket", &[("type Handlers", "): Handlers {")]),
        ];

        let mut text = String::from("\n");
        let mut import = |keyword: &str, names: &[String], file: &str| {
            let file = self.import(file);
            let list = format!("{{ {} }}", names.join(", "));
            let list = broken(&list, "", keyword.len() + 1, file.len() + 7);
            text += &format!("{keyword} {list} from {file};\n");
        };
        for (file, names) in files {
            let used = names.iter().filter(|(_, used)| body.contains(used));
            let mut names: Vec<String> = used.map(|(name, _)| (*name).to_owned()).collect();
            names.dedup();
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
        match (body.is_empty(), text.as_str()) {
            (true, _) => "\nexport {};\n".to_owned(),
            (false, "\n") => String::new(),
            (false, _) => text,
        }
    }

    /// The methods with types.
    fn typed_methods(&self) -> impl Iterator<Item = &Method> {
        let methods = self.model.all_methods();
        methods.filter(|method| !self.is_opaque(&method.name))
    }

    /// The named types that signatures and errors name, sorted.
    fn named(&self) -> Vec<String> {
        let mut types: Vec<&Type> = self.typed_methods().flat_map(Method::types).collect();
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
