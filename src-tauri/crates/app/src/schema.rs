//! The OpenRPC document of all methods; the window's TypeScript types are generated from it.

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

use crate::{
    error::AppError,
    role::Role,
    use_cases::{CLOCK, COMMANDS, QUERIES, UseCase},
};

/// Every method with the JSON Schemas of its parameters and its answer.
pub fn openrpc() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
    });
    let mut generator = SchemaGenerator::new(settings);
    let mut methods: Vec<Value> = Vec::new();
    methods.extend(COMMANDS.iter().map(|case| method(case, "command", &mut generator)));
    methods.extend(QUERIES.iter().map(|case| method(case, "query", &mut generator)));
    methods.push(method(&CLOCK, "clock", &mut generator));
    let error = generator.subschema_for::<AppError>();
    json!({
        "openrpc": "1.3.2",
        "info": {
            "title": "Lanyard",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "JSON-RPC 2.0, one message a line. Every command may carry `commandId` \
                (UUID): a repeat gets the first answer. Every query may carry `atLeast` (a log \
                position) and `asOf` (a log position or a moment of RFC 3339).",
        },
        "methods": methods,
        "components": { "schemas": generator.take_definitions(true) },
        "x-error": error,
    })
}

fn method(case: &UseCase, kind: &str, generator: &mut SchemaGenerator) -> Value {
    let params = (case.params)(generator);
    let answer = (case.answer)(generator);
    let roles: Vec<&str> = case.roles.iter().copied().map(Role::as_str).collect();
    json!({
        "name": case.name,
        "paramStructure": "by-name",
        "params": [{ "name": "params", "schema": params }],
        "result": { "name": "answer", "schema": answer },
        "x-kind": kind,
        "x-roles": roles,
    })
}
