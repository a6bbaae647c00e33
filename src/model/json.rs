//! The model as JSON, written by hand: what the derives would make of these types was one of the larger parts of a
//! library that has to be small. `tests/model.rs` holds both equal.

use serde_json::Value;

use super::{Kind, Model, OperationModel, PaginatorModel, ServiceModel, Shape, Structure, TimeFormat, TokenKind};

pub(super) fn write(model: &Model) -> String {
    let mut out = Writer { out: String::with_capacity(32 * 1024) };
    out.open("{");
    out.text("version", model.version);
    out.list("services", &model.services, Writer::service);
    out.list("tokens", model.tokens, Writer::token);
    out.close("}");
    out.out
}

struct Writer {
    out: String,
}

impl Writer {
    fn open(&mut self, bracket: &str) {
        self.comma();
        self.out.push_str(bracket);
    }

    fn close(&mut self, bracket: &str) {
        self.out.push_str(bracket);
    }

    fn comma(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with(['{', '[', ':']) {
            self.out.push(',');
        }
    }

    /// All names and texts are constants of ours, but for JSON's marks nothing is taken for granted.
    fn quoted(&mut self, text: &str) {
        self.out.push_str(&Value::from(text).to_string());
    }

    fn name(&mut self, name: &str) {
        self.comma();
        self.quoted(name);
        self.out.push(':');
    }

    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        self.quoted(text);
    }

    fn flag(&mut self, name: &str, flag: bool) {
        self.name(name);
        self.out.push_str(if flag { "true" } else { "false" });
    }

    fn list<T>(&mut self, name: &str, items: &[T], write: fn(&mut Self, &T)) {
        self.name(name);
        self.open("[");
        for item in items {
            self.open("{");
            write(self, item);
            self.close("}");
        }
        self.close("]");
    }

    fn service(&mut self, service: &ServiceModel) {
        self.text("name", service.name);
        self.text("id", service.id);
        self.text("signing_name", service.signing_name);
        self.text("api_version", service.api_version);
        self.text("protocol", service.protocol);
        self.list("operations", &service.operations, Self::operation);
        self.list("errors", &service.errors, |out, error| {
            out.text("code", error.code);
            out.text("exception", &error.exception);
            out.flag("modelled", error.modelled);
        });
        self.list("paginators", &service.paginators, Self::paginator);
    }

    fn token(&mut self, kind: &TokenKind) {
        self.text("name", kind.name);
        self.text("about", kind.about);
        self.list("inputs", kind.inputs, |out, input| {
            out.text("name", input.name);
            if input.required {
                out.flag("required", true);
            }
            out.text("type", input.kind.name());
            out.text("about", input.about);
        });
    }

    fn operation(&mut self, operation: &OperationModel) {
        self.text("name", operation.name);
        self.text("method", operation.method);
        self.flag("signed", operation.signed);
        for (name, structure) in [("input", &operation.input), ("output", &operation.output)] {
            self.name(name);
            self.open("{");
            self.structure(structure);
            self.close("}");
        }
    }

    fn paginator(&mut self, paginator: &PaginatorModel) {
        self.text("operation", paginator.operation);
        self.text("input_token", paginator.input_token);
        self.text("output_token", paginator.output_token);
        self.text("limit_key", paginator.limit_key);
        self.text("result_key", paginator.result_key);
    }

    fn structure(&mut self, structure: &Structure) {
        self.text("shape", &structure.name);
        self.list("members", &structure.members, |out, member| {
            out.text("name", member.name);
            if member.required {
                out.flag("required", true);
            }
            out.shape(&member.shape);
        });
    }

    fn shape(&mut self, shape: &Shape) {
        let kind = match &shape.kind {
            Kind::String => "string",
            Kind::Integer => "integer",
            Kind::Long => "long",
            Kind::Boolean => "boolean",
            Kind::Timestamp => "timestamp",
            Kind::Blob => "blob",
            Kind::List { .. } => "list",
            Kind::Structure(_) => "structure",
        };
        self.text("type", kind);
        match &shape.kind {
            Kind::List { item } => {
                self.name("item");
                self.open("{");
                self.shape(item);
                self.close("}");
            }
            Kind::Structure(structure) => self.structure(structure),
            _ => {}
        }
        if shape.secret {
            self.flag("secret", true);
        }
        match shape.time {
            Some(TimeFormat::Rfc3339) => self.text("time", "rfc3339"),
            Some(TimeFormat::EpochMilliseconds) => self.text("time", "epoch-milliseconds"),
            None => {}
        }
        if let Some(minimum) = shape.minimum {
            self.name("minimum");
            self.out.push_str(&minimum.to_string());
        }
    }
}
