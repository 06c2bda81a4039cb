//! `client.ts`: an object of functions for each namespace, and the classes of errors.

use crate::model::{Kind, Method, Type};
use crate::typescript::Writer;
use crate::typescript::errors::Errors;
use crate::typescript::pretty::broken;

impl Writer<'_> {
    pub(super) fn client(&self) -> String {
        let errors = Errors::of(self);
        let mut body = errors.declarations();
        for namespace in self.namespaces() {
            body += &self.namespace(namespace, &errors);
        }
        let shapes = self.shape_constants(&self.received());
        if !shapes.is_empty() {
            body += &format!("\n// Where the 64-bit numbers are.\n{shapes}");
        }
        self.header() + &self.imports(&body, &errors) + &body
    }

    /// In the order of their first methods.
    fn namespaces(&self) -> Vec<&str> {
        let mut namespaces: Vec<&str> = Vec::new();
        for method in self.names.methods() {
            if !namespaces.contains(&&*method.namespace) {
                namespaces.push(&method.namespace);
            }
        }
        namespaces
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
    fn imports(&self, body: &str, errors: &Errors) -> String {
        let is_called = |name: &&str| {
            let on_one_line = body.contains(&format!("{name}(rpc, "));
            on_one_line || body.contains(&format!("    {name}(\n"))
        };
        let values = ["call", "notify", "stream"].into_iter().filter(is_called);
        let error = (!errors.is_empty()).then_some("RpcError");
        let types = [
            ("Call", ": Call<"),
            ("CallOptions", "?: CallOptions"),
            ("Rpc", "rpc: Rpc,"),
            ("Shape", ": Shape = "),
            ("Stream", ": Stream<"),
        ];
        let types = types.into_iter().filter(|(_, used)| body.contains(used));
        let mut imports: Vec<String> = values.chain(error).map(str::to_owned).collect();
        imports.extend(types.map(|(name, _)| format!("type {name}")));

        let mut text = String::new();
        let mut import = |keyword: &str, names: &[String], file: &str| {
            let file = self.import(file);
            let list = format!("{{ {} }}", names.join(", "));
            let list = broken(&list, "", keyword.len() + 1, file.len() + 7);
            text += &format!("{keyword} {list} from {file};\n");
        };
        if !imports.is_empty() {
            import("\nimport", &imports, "runtime");
        }
        let named = self.named();
        if !named.is_empty() {
            import("import type", &named, "types");
        }
        if body.is_empty() {
            text += "\nexport {};\n";
        }
        text
    }

    /// The methods with types.
    fn typed_methods(&self) -> impl Iterator<Item = &Method> {
        let methods = self.model.methods.iter();
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
        let mut received = Vec::new();
        for method in self.typed_methods() {
            received.extend(method.types().into_iter().skip(method.params.len()));
        }
        received
    }
}
