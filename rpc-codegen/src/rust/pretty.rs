//! Code laid out as rustfmt lays it out, for the constructs that are generated.

/// The longest line.
const WIDTH: usize = 100;

/// The longest arguments of an attribute on one line.
const ATTRIBUTE_WIDTH: usize = 70;

/// The longest members of a variant on one line.
const VARIANT_WIDTH: usize = 35;

/// An attribute: `#[serde(default)]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) path: &'static str,
    pub(super) arguments: Vec<String>,
}

impl Attribute {
    pub(super) fn new(path: &'static str, arguments: &[&str]) -> Attribute {
        Attribute {
            path,
            arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
        }
    }

    fn one_line(&self) -> String {
        format!("#[{}({})]", self.path, self.arguments.join(", "))
    }

    /// Its lines. rustfmt leaves alone what is not a list of names, literals and lists.
    fn text(&self, indent: &str) -> String {
        let arguments = self.arguments.join(", ");
        let is_literal = !self.arguments.iter().any(|it| is_left_alone(it));
        let most = match self.path {
            "derive" => WIDTH,
            _ if self.arguments.len() == 1 => WIDTH,
            _ => ATTRIBUTE_WIDTH,
        };
        let is_long = width(&arguments) > most || indent.len() + width(&self.one_line()) > WIDTH;
        if !is_literal || !is_long {
            return format!("{indent}{}\n", self.one_line());
        }
        let lines: Vec<String> = self
            .arguments
            .iter()
            .map(|it| format!("{indent}    {it}"))
            .collect();
        format!(
            "{indent}#[{}(\n{}\n{indent})]\n",
            self.path,
            lines.join(",\n")
        )
    }
}

/// Whether an argument is an expression other than a literal, or names its members by strings.
fn is_left_alone(argument: &str) -> bool {
    let is_simple = |value: &str| {
        value.starts_with('"')
            || value.bytes().all(|b| b.is_ascii_digit())
            || value == "true"
            || value == "false"
    };
    match argument.split_once(" = ") {
        _ if argument.starts_with("extend(") => true,
        Some((_, value)) => !is_simple(value) && !argument.contains('('),
        None => false,
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// A member of a struct or of a variant, or a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) docs: Vec<String>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) name: String,
    /// The name that serde still has to know.
    pub(super) wire: Option<String>,
    pub(super) ty: String,
}

/// What a variant of an enum has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    Unit,
    /// Types without names.
    Types(Vec<String>),
    Members(Vec<Member>),
}

/// A variant of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variant {
    pub(super) docs: Vec<String>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) name: String,
    /// The name that serde still has to know.
    pub(super) wire: Option<String>,
    pub(super) content: Content,
}

/// A doc comment.
pub(super) fn docs(lines: &[String], indent: &str) -> String {
    let line = |line: &String| match line.is_empty() {
        true => format!("{indent}///\n"),
        false => format!("{indent}/// {line}\n"),
    };
    lines.iter().map(line).collect()
}

/// Attributes, one a line.
pub(super) fn attributes(attributes: &[Attribute], indent: &str) -> String {
    attributes.iter().map(|it| it.text(indent)).collect()
}

/// The members of a struct, without the braces. `visibility` is `pub ` or nothing.
pub(super) fn members(members: &[Member], indent: &str, visibility: &str) -> String {
    let member = |it: &Member| {
        let (docs, attributes) = (docs(&it.docs, indent), attributes(&it.attributes, indent));
        let line = format!("{indent}{visibility}{}: {},", it.name, it.ty);
        let line = match width(&line) > WIDTH {
            true => format!("{indent}{visibility}{}:\n{indent}    {},", it.name, it.ty),
            false => line,
        };
        format!("{docs}{attributes}{line}\n")
    };
    members.iter().map(member).collect()
}

/// The variants of an enum, without the braces.
pub(super) fn variants(variants: &[Variant]) -> String {
    let short: Vec<String> = variants
        .iter()
        .map(|it| variant(it, VARIANT_WIDTH))
        .collect();
    let is_long = |text: &String| text.trim_end().contains('\n');
    // If some variants are on one line and some are not, the members of all have lines of their own.
    match short.iter().any(is_long) && !short.iter().all(is_long) {
        true => variants.iter().map(|it| variant(it, 0)).collect(),
        false => short.concat(),
    }
}

fn variant(variant: &Variant, most: usize) -> String {
    let indent = "    ";
    let (docs, attributes) = (
        docs(&variant.docs, indent),
        attributes(&variant.attributes, indent),
    );
    let name = &variant.name;
    let content = match &variant.content {
        Content::Unit => format!("{indent}{name},\n"),
        Content::Types(types) => tuple(name, types),
        Content::Members(fields) => {
            let is_plain = |it: &Member| it.docs.is_empty() && it.attributes.is_empty();
            let one_line: Vec<String> = fields
                .iter()
                .map(|it| format!("{}: {}", it.name, it.ty))
                .collect();
            let one_line = one_line.join(", ");
            match fields.iter().all(is_plain) && width(&one_line) <= most {
                true => format!("{indent}{name} {{ {one_line} }},\n"),
                false => format!(
                    "{indent}{name} {{\n{}{indent}}},\n",
                    members(fields, "        ", "")
                ),
            }
        }
    };
    format!("{docs}{attributes}{content}")
}

/// A struct whose members have no names.
pub(super) fn tuple_struct(name: &str, types: &[String]) -> String {
    let types: Vec<String> = types.iter().map(|ty| format!("pub {ty}")).collect();
    let one_line = format!("pub struct {name}({});\n", types.join(", "));
    if width(&one_line) <= WIDTH + 1 {
        return one_line;
    }
    let lines: Vec<String> = types.iter().map(|ty| format!("    {ty},\n")).collect();
    format!("pub struct {name}(\n{});\n", lines.concat())
}

fn tuple(name: &str, types: &[String]) -> String {
    let one_line = format!("    {name}({}),\n", types.join(", "));
    if width(&one_line) <= WIDTH + 1 {
        return one_line;
    }
    let lines: Vec<String> = types.iter().map(|ty| format!("        {ty},\n")).collect();
    format!("    {name}(\n{}    ),\n", lines.concat())
}

/// A method of a trait: its head, such as `async fn place`, its params after `&self`, and what it returns.
pub(super) fn signature(head: &str, params: &[Member], returns: Option<&str>) -> String {
    let returns = returns.map(|ty| format!(" -> {ty}")).unwrap_or_default();
    let parameter = |it: &Member| {
        let attributes: Vec<String> = it.attributes.iter().map(Attribute::one_line).collect();
        let attributes = attributes
            .iter()
            .map(|it| format!("{it} "))
            .collect::<String>();
        format!("{attributes}{}: {}", it.name, it.ty)
    };
    let one_line: Vec<String> = std::iter::once("&self".to_owned())
        .chain(params.iter().map(parameter))
        .collect();
    let arguments = one_line.join(", ");
    let one_line = format!("    {head}({arguments}){returns};\n");
    let has_docs = params.iter().any(|it| !it.docs.is_empty());
    match width(&one_line) {
        _ if has_docs => {}
        // rustfmt breaks a line of exactly this width, but only if something is returned.
        full if full == WIDTH + 1 && !returns.is_empty() => {
            return format!("    {head}({arguments})\n   {returns};\n");
        }
        short if short <= WIDTH + 1 => return one_line,
        _ => {}
    }
    let indent = "        ";
    let line = |it: &Member| {
        let docs = docs(&it.docs, indent);
        let one_line = format!("{indent}{},\n", parameter(it));
        // With docs, attributes have lines of their own.
        match has_docs && !it.docs.is_empty() || width(&one_line) > WIDTH + 1 {
            true => format!(
                "{docs}{}{indent}{}: {},\n",
                attributes(&it.attributes, indent),
                it.name,
                it.ty
            ),
            false => one_line,
        }
    };
    let lines: String = params.iter().map(line).collect();
    format!("    {head}(\n{indent}&self,\n{lines}    ){returns};\n")
}
