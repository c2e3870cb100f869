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
    let mut schemas = Value::Object(generator.take_definitions(true));
    describe(&mut methods, &mut schemas);
    json!({
        "openrpc": "1.3.2",
        "info": {
            "title": "Lanyard",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "JSON-RPC 2.0, one message a line.",
        },
        "methods": methods,
        "components": { "schemas": schemas },
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

/// Gives every method the words of its parameters, and these what goes with all of their kind.
fn describe(methods: &mut [Value], schemas: &mut Value) {
    without_links(schemas);
    for method in methods {
        let reference = method["params"][0]["schema"]["$ref"].as_str().unwrap_or_default();
        let Some(params) = reference.rsplit('/').next().and_then(|name| schemas.get_mut(name))
        else {
            continue;
        };
        method["description"] = params["description"].clone();
        let common = match method["x-kind"].as_str() {
            Some("query") => of_queries(),
            Some("command") => of_commands(),
            _ => continue,
        };
        if params["properties"].is_null() {
            params["properties"] = json!({});
        }
        if let (Some(own), Value::Object(common)) = (params["properties"].as_object_mut(), common) {
            own.extend(common);
        }
    }
}

fn of_commands() -> Value {
    json!({ "commandId": {
        "type": "string",
        "format": "uuid",
        "description": "A new one for each intent: a repeat gets the first answer.",
    } })
}

fn of_queries() -> Value {
    json!({
        "atLeast": {
            "type": "integer",
            "format": "int64",
            "description": "The answer waits until this log position is in it.",
        },
        "asOf": {
            "type": ["integer", "string"],
            "description": "A log position, or a moment of RFC 3339, to look back at.",
        },
    })
}

/// Names in descriptions are linked for readers of the code: "[`Name`](path)".
fn without_links(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(without_links),
        Value::Array(items) => items.iter_mut().for_each(without_links),
        Value::String(text) => {
            while let Some((before, link)) = text.split_once("[`")
                && let Some((name, after)) = link.split_once("`]")
            {
                let target = after.strip_prefix('(').and_then(|rest| rest.split_once(')'));
                let after = target.map_or(after, |(_, after)| after);
                *text = format!("{before}`{name}`{after}");
            }
        }
        _ => {}
    }
}
