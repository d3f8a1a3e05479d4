//! The OpenAPI document against the running door.

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::House;
use super::client::Reply;

/// A schema of the document by itself: what it refers to comes along.
fn schema(document: &Value, schema: &Value) -> Value {
    let mut alone = schema.clone();
    if let Some(schema) = alone.as_object_mut() {
        schema.insert("components".to_owned(), document["components"].clone());
    }
    alone
}

/// Holds an answer against what the document says of it.
fn assert_as_documented(document: &Value, operation: &Value, reply: &Reply, what: &str) -> Result<()> {
    let responses = operation["responses"].as_object().context("responses")?;
    let status = reply.status.to_string();
    let told = responses.get(&status).with_context(|| format!("{what}: {status} is not in the document"))?;
    let empty = Map::new();
    let content = told.get("content").and_then(Value::as_object).unwrap_or(&empty);
    let media_type = reply.header("content-type").map(|of| of.split(';').next().unwrap_or_default());
    match media_type {
        None => assert!(content.is_empty(), "{what}: a body was promised"),
        Some("text/plain") => assert!(content.contains_key("text/plain"), "{what}"),
        // What a 304 has is the head of the answer, without it.
        Some(_) if reply.status == 304 => {}
        Some(media_type) => {
            let promised = content.get(media_type).with_context(|| format!("{what}: {media_type} was not promised"))?;
            let validator = jsonschema::validator_for(&schema(document, &promised["schema"]))?;
            let body = reply.json()?;
            let problems: Vec<_> = validator.iter_errors(&body).map(|problem| problem.to_string()).collect();
            assert!(problems.is_empty(), "{what}: {problems:?}\n{body}");
        }
    }
    for (name, _) in told.get("headers").and_then(Value::as_object).unwrap_or(&empty) {
        // Told only where it is known, and only where the request came to the flow.
        let perhaps = name == "Age";
        assert!(perhaps || reply.header(&name.to_ascii_lowercase()).is_some(), "{what}: no {name}");
    }
    Ok(())
}

#[tokio::test]
async fn everything_in_the_document_is_there_and_answers_as_it_says() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    let document = client.get("/api/openapi.json").await?.json()?;
    assert_eq!(document, http::document());

    let requests = [
        ("get", "/api/products/{id}", "/api/products/1?query=lookup", ""),
        ("get", "/api/products/{id}", "/api/products/1?query=page", ""),
        ("get", "/api/products/{id}", "/api/products/1?query=report", ""),
        ("get", "/api/products/{id}", "/api/products/1", ""),
        ("get", "/api/products/{id}", "/api/products/1", "if-none-match: *\r\n"),
        ("get", "/api/products/{id}", "/api/products/99999", ""),
        ("get", "/api/products/{id}", "/api/products/x", ""),
        ("get", "/api/products/{id}", "/api/products/1?query=all", ""),
        ("put", "/api/products/{id}", "/api/products/1", ""),
        ("put", "/api/products/{id}", "/api/products/99999", ""),
        ("delete", "/api/cache/{id}", "/api/cache/1", ""),
        ("delete", "/api/cache/{id}", "/api/cache/x", ""),
        ("delete", "/api/cache", "/api/cache", ""),
        ("get", "/api/stats", "/api/stats", ""),
        ("get", "/metrics", "/metrics", ""),
        ("get", "/healthz", "/healthz", ""),
        ("get", "/api/openapi.json", "/api/openapi.json", ""),
    ];
    for (method, template, path, headers) in requests {
        let operation = &document["paths"][template][method];
        let reply = client.ask(&method.to_ascii_uppercase(), path, headers, b"").await?;
        assert_as_documented(&document, operation, &reply, &format!("{method} {path} {headers}"))?;
    }

    // Nothing is told that was not asked for here.
    for (template, item) in document["paths"].as_object().context("paths")? {
        for method in item.as_object().context("methods")?.keys().filter(|key| *key != "parameters") {
            let asked = requests.iter().any(|(each, at, ..)| each == method && at == template);
            assert!(asked, "{method} {template} is in the document, and nobody asked for it");
        }
    }
    house.close().await;
    Ok(())
}

#[test]
fn what_is_not_as_the_document_says_is_noticed() {
    let validator =
        jsonschema::validator_for(&schema(&http::document(), &json!({ "$ref": "#/components/schemas/Answer" })))
            .expect("a sound schema");
    assert!(!validator.is_valid(&json!({ "lookup": { "id": 1 } })));
    assert!(!validator.is_valid(&json!({ "other": {} })));
}
