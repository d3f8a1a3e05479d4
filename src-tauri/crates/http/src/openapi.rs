//! `GET /api/openapi.json`: what there is to be asked, for people and programs (OpenAPI 3.1).
//!
//! It is kept by hand beside the router. A test asks a real door for everything in it, and holds what it answers against what
//! stands here.

use std::sync::{Arc, LazyLock};

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::cache::Removed;
use crate::door::Inside;
use crate::health::Health;
use crate::problem::{self, Problem};
use crate::stats::Stats;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

pub(crate) async fn serve(State(_inside): State<Arc<Inside>>) -> Response {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")], DOCUMENT.as_str()).into_response()
}

/// The document.
#[must_use]
pub fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Cachescope's HTTP front door",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A shop's catalogue behind a cache. Every request for a product takes the flow that Cachescope \
                shows, and says in its headers which way it went and what each step took.",
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "paths": {
            "/api/products/{id}": {
                "parameters": [id()],
                "get": {
                    "operationId": "read",
                    "summary": "A product, or what is asked about it: from the cache, or from the database",
                    "parameters": [query(), none_match()],
                    "responses": {
                        "200": answer("The answer", "Answer", true),
                        "304": { "description": "It is what If-None-Match names", "headers": headers(true) },
                        "400": problem("There is no such query or parameter"),
                        "404": problem("There is no such product"),
                        "503": unavailable("Refused under load, or no answer could be given"),
                        "default": problem("Something else went wrong"),
                    },
                },
                "put": {
                    "operationId": "write",
                    "summary": "Raises the product's price by a cent, and does with the cache what the pattern says",
                    "requestBody": {
                        "description": "None is needed. One that is there must be an empty object.",
                        "required": false,
                        "content": { "application/json": { "schema": { "type": "object", "maxProperties": 0 } } },
                    },
                    "responses": {
                        "200": answer("The row as it is now", "Written", false),
                        "400": problem("The body says something"),
                        "404": problem("There is no such product"),
                        "408": problem("The body did not come in time"),
                        "413": problem("The body is too large"),
                        "503": unavailable("Refused under load, or the row could not be written"),
                        "default": problem("Something else went wrong"),
                    },
                },
            },
            "/api/cache": {
                "delete": {
                    "operationId": "clear",
                    "summary": "Removes every key of ours from the cache; nobody else's is touched",
                    "responses": {
                        "200": json_of("What was removed", "Removed"),
                        "503": unavailable("The cache cannot be reached"),
                        "default": problem("Something else went wrong"),
                    },
                },
            },
            "/api/cache/{id}": {
                "parameters": [id()],
                "delete": {
                    "operationId": "clearProduct",
                    "summary": "Removes the keys of one product from the cache, whether they are there or not",
                    "responses": {
                        "204": { "description": "They are not there" },
                        "404": problem("There is no such product"),
                        "503": unavailable("The cache cannot be reached"),
                        "default": problem("Something else went wrong"),
                    },
                },
            },
            "/api/stats": {
                "get": {
                    "operationId": "stats",
                    "summary": "What has come in by this door, in numbers",
                    "responses": {
                        "200": json_of("The numbers", "Stats"),
                        "default": problem("Something went wrong"),
                    },
                },
            },
            "/metrics": {
                "get": {
                    "operationId": "metrics",
                    "summary": "The same for Prometheus",
                    "responses": {
                        "200": {
                            "description": "Prometheus's text format, version 0.0.4",
                            "content": { "text/plain": { "schema": { "type": "string" } } },
                        },
                        "default": problem("Something went wrong"),
                    },
                },
            },
            "/healthz": {
                "get": {
                    "operationId": "health",
                    "summary": "Whether requests can be answered",
                    "responses": {
                        "200": json_of("They can", "Health"),
                        "503": unavailable("Not yet: the catalogue is being opened or built"),
                        "default": problem("Something went wrong"),
                    },
                },
            },
            "/api/openapi.json": {
                "get": {
                    "operationId": "document",
                    "summary": "This document",
                    "responses": {
                        "200": {
                            "description": "OpenAPI 3.1",
                            "content": { "application/json": { "schema": { "type": "object" } } },
                        },
                        "default": problem("Something went wrong"),
                    },
                },
            },
        },
        "components": { "schemas": schemas() },
    })
}

fn id() -> Value {
    json!({
        "name": "id", "in": "path", "required": true, "description": "Number of a product; the first is 1",
        "schema": { "type": "integer", "minimum": 1, "maximum": u32::MAX }, "example": 42,
    })
}

fn query() -> Value {
    json!({
        "name": "query", "in": "query", "required": false,
        "description": "What is asked about it, from cheap to dear: its row, its page, or what its category sells",
        "schema": { "type": "string", "enum": ["lookup", "page", "report"], "default": "page" },
    })
}

fn none_match() -> Value {
    json!({
        "name": "If-None-Match", "in": "header", "required": false,
        "description": "Tags of answers that are known already",
        "schema": { "type": "string" },
    })
}

/// The headers of an answer of the flow.
fn headers(tagged: bool) -> Value {
    let text = |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    let mut headers = json!({
        "X-Cache": {
            "description": "Which way the request went",
            "schema": {
                "type": "string",
                "enum": ["HIT", "MISS", "STALE", "COALESCED", "BYPASS", "WRITTEN", "SHED", "ERROR"],
            },
        },
        "Cache-Status": text("The same by RFC 9211, with the key"),
        "Server-Timing": text("Every step in milliseconds; what was put in on purpose is said"),
        "Cachescope-Request": {
            "description": "Number of the request in Cachescope",
            "schema": { "type": "integer", "minimum": 1 },
        },
    });
    if tagged {
        headers["ETag"] = text("The same for the same bytes");
        headers["Age"] = json!({
            "description": "For how many seconds the answer has been in the cache, where that is known",
            "schema": { "type": "integer", "minimum": 0 },
        });
    }
    headers
}

fn json_of(description: &str, schema: &str) -> Value {
    json!({
        "description": description,
        "content": { "application/json": { "schema": { "$ref": format!("#/components/schemas/{schema}") } } },
    })
}

fn answer(description: &str, schema: &str, tagged: bool) -> Value {
    let mut answer = json_of(description, schema);
    answer["headers"] = headers(tagged);
    answer
}

fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "content": { (problem::MEDIA_TYPE): { "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}

fn unavailable(description: &str) -> Value {
    let mut unavailable = problem(description);
    unavailable["headers"] = json!({
        "Retry-After": { "description": "In how many seconds to ask again", "schema": { "type": "integer" } },
    });
    unavailable
}

fn schemas() -> Value {
    json!({
        "Answer": {
            "description": "Named by the query it answers",
            "oneOf": [
                one("lookup", &product()),
                one("page", &page()),
                one("report", &report()),
            ],
        },
        "Written": object(&json!({ "id": number(1), "price_cents": number(0), "version": number(1) })),
        "Removed": schema_of::<Removed>(),
        "Stats": schema_of::<Stats>(),
        "Health": schema_of::<Health>(),
        "Problem": schema_of::<Problem>(),
    })
}

/// As the type has it, with everything in one place.
fn schema_of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

fn one(name: &str, schema: &Value) -> Value {
    object(&json!({ name: schema }))
}

/// All of these, and nothing else.
fn object(properties: &Value) -> Value {
    let names: Vec<_> = properties.as_object().into_iter().flat_map(|properties| properties.keys()).collect();
    json!({ "type": "object", "properties": properties, "required": names, "additionalProperties": false })
}

fn number(least: u32) -> Value {
    json!({ "type": "integer", "minimum": least })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn list(of: &Value, most: u32) -> Value {
    json!({ "type": "array", "items": of, "maxItems": most })
}

/// An average in hundredths; null of nothing.
fn average() -> Value {
    json!({ "type": ["integer", "null"], "minimum": 0 })
}

fn product() -> Value {
    object(&json!({
        "id": number(1), "category_id": number(1), "name": text(), "maker": text(), "description": text(),
        "price_cents": number(0), "stock": number(0), "version": number(1),
    }))
}

fn page() -> Value {
    let category = object(&json!({
        "id": number(1), "name": text(), "reviewed_products": number(0), "average_hundredths": average(),
    }));
    let ratings = object(&json!({
        "reviews": number(0), "average_hundredths": average(), "histogram": list(&number(0), 5),
    }));
    let review = object(&json!({
        "author": text(), "rating": { "type": "integer", "minimum": 1, "maximum": 5 }, "title": text(), "body": text(),
        "written_on": text(),
    }));
    let companion = object(&json!({ "id": number(1), "name": text(), "price_cents": number(0), "orders": number(0) }));
    object(&json!({
        "product": product(), "category": category, "ratings": ratings, "newest_reviews": list(&review, 5),
        "bought_together": list(&companion, 5),
    }))
}

fn report() -> Value {
    let best_seller = object(&json!({
        "id": number(1), "name": text(), "orders": number(0), "units": number(0), "revenue_cents": number(0),
    }));
    object(&json!({
        "category_id": number(1), "category": text(), "from": text(), "to": text(), "products_sold": number(0),
        "order_lines": number(0), "units": number(0), "revenue_cents": number(0), "best_sellers": list(&best_seller, 10),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_in_it_is_one_and_every_reference_leads_somewhere() {
        let document = document();
        let schemas = document["components"]["schemas"].as_object().expect("schemas");
        for (name, schema) in schemas {
            assert!(jsonschema::validator_for(schema).is_ok(), "{name}");
        }
        let text = document.to_string();
        for reference in text.split("\"#/components/schemas/").skip(1) {
            let name = reference.split('"').next().expect("a name");
            assert!(schemas.contains_key(name), "{name}");
        }
    }
}
