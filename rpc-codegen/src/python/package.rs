//! The files of a package.

use crate::generated::File;
use crate::python::Writer;
use crate::python::clients::{Clients, Flavour};
use crate::python::convert::Converter;
use crate::python::errors::Errors;
use crate::python::methods::{self, Methods};
use crate::python::runtime;
use crate::python::text::import;

/// All files, the generated ones first.
pub(super) fn files(
    writer: Writer<'_>,
    converter: &Converter<'_>,
    errors: &Errors<'_>,
    methods: &Methods<'_>,
) -> Vec<File> {
    let constants = methods.constants(errors);
    let clients = |flavour| {
        Clients {
            writer,
            converter,
            methods,
            flavour,
        }
        .file()
    };
    let generated = [
        ("__init__.py", package(writer, converter, errors)),
        ("types.py", converter.types()),
        ("errors.py", errors.file(converter.type_names())),
        ("client.py", clients(Flavour::Sync)),
        ("aio.py", clients(Flavour::Async)),
        ("batch.py", clients(Flavour::Batch)),
        (
            "_methods.py",
            methods::file(writer, converter, errors, &constants),
        ),
        ("_decode.py", converter.decoders(&constants)),
    ];
    let generated = generated.map(|(name, text)| File { name, text });
    generated.into_iter().chain(runtime::files()).collect()
}

/// `__init__.py`: everything that programs use.
fn package(writer: Writer<'_>, converter: &Converter<'_>, errors: &Errors<'_>) -> String {
    let info = &writer.model.info;
    let about = format!("A client of {} {}.", info.title, info.version);
    let names =
        |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
    let types: Vec<String> = converter.type_names().map(str::to_owned).collect();
    let modules = [
        ("._batch", names(&["Pending"])),
        ("._calls", names(&["Stream"])),
        ("._calls_async", names(&["AsyncStream"])),
        (
            "._failures",
            names(&[
                "CallTimeout",
                "DeclaredError",
                "DecodeError",
                "Execution",
                "Failure",
                "LostConnection",
                "RpcError",
                "TransportError",
                "UndeclaredError",
            ]),
        ),
        ("._json", names(&["UNSET", "Json", "Unset"])),
        (".aio", names(&["AsyncClient"])),
        (".batch", names(&["AsyncBatch", "Batch"])),
        (".client", names(&["Client"])),
        (".errors", errors.names().map(str::to_owned).collect()),
        (".types", types),
    ];
    let imports: String = modules
        .iter()
        .map(|(module, names)| import(module, names.clone()))
        .collect();
    let mut all: Vec<String> = modules.into_iter().flat_map(|(_, names)| names).collect();
    crate::python::text::sort(&mut all);
    let all: String = all
        .iter()
        .map(|name| format!("    \"{name}\",\n"))
        .collect();
    format!(
        "{}\n{imports}\n__all__ = [\n{all}]\n",
        writer.header(&about)
    )
}
