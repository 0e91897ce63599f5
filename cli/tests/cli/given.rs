//! Nothing that is given is left out silently: bodies as published clients send them, and fields that no model has.

use serde_json::{Value, json};

use crate::support::{Run, finish, lavka, run_with_input};

fn convert(api: &str, operation: &str, format: &str, body: &str, more: &[&str]) -> Run {
    let args = [
        "convert", api, operation, "request", "--from", format, "--to", format,
    ];
    run_with_input(args.iter().chain(more).copied(), body.as_bytes())
}

fn dry_run(api: &str, operation: &str, body: &str, more: &[&str]) -> Run {
    let mut command = lavka();
    command
        .args(["call", api, operation, "--dry-run"])
        .args(more);
    finish(command, Some(body.as_bytes()))
}

/// The request's body, as a dry run prints it.
fn sent(out: &str) -> Value {
    let (_, body) = out.split_once("\n\n").unwrap();
    serde_json::from_str(body).unwrap()
}

/// None of these is in the document; three to four published clients send each.
#[test]
fn what_published_clients_send_to_digiseller_is_sent() {
    let texts = json!([{"locale": "ru-RU", "value": "n"}]);
    let price = json!({"price": 1.28, "currency": "USD"});
    let edits = [
        json!({"enabled": false}),
        json!({"sales_limit": 10}),
        json!({"name": texts, "description": texts, "add_info": texts}),
        json!({"content_type": "text", "categories": [], "price": price}),
        json!({"online_checkout_name": "n", "online_checkout_category": "IntellectualPropertyGrant",
            "online_checkout_tax": "no_vat"}),
    ];
    for body in &edits {
        for operation in [
            "edit_base",
            "edit_arbitrary",
            "edit_unique_fixed",
            "edit_book",
            "edit_software",
        ] {
            let out = dry_run(
                "digiseller",
                operation,
                &body.to_string(),
                &["product_id=1"],
            )
            .fine();
            assert_eq!(sent(&out), *body, "{operation}");
        }
    }
    let created = |more: Value| {
        let mut body =
            json!({"content_type": "text", "name": texts, "price": price, "description": texts});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let categories = json!([
        {"owner": 1, "cataloguer_category_id": 555, "cataloguer_attributes": [{"attribute_id": 1, "attribute_value_id": 2}]},
        {"owner": 1, "category_id": 0, "cataloguer_category_id": 5},
    ]);
    for (operation, body) in [
        (
            "create_unique_fixed",
            created(json!({"categories": categories})),
        ),
        (
            "create_book",
            created(json!({"enabled": false, "online_checkout_tax": "no_vat"})),
        ),
        ("create_arbitrary", created(json!({"enabled": true}))),
        (
            "set_prices",
            json!([{"ProductId": 1, "Price": 2.5,
            "variants": [{"variant_id": 3, "rate": 0.5, "type": "priceplus"}]}, {"ProductId": 2, "Price": 1, "variants": []}]),
        ),
        (
            "edit_unique_unfixed",
            json!({"limitations": {"type": "MinAndMax", "only_integer": false, "limitations": [0.5, 10]}}),
        ),
    ] {
        let id = ["product_id=1"];
        let more = if operation.starts_with("edit") {
            &id[..]
        } else {
            &[]
        };
        let out = dry_run("digiseller", operation, &body.to_string(), more).fine();
        assert_eq!(sent(&out), body, "{operation}");
    }
}

#[test]
fn what_published_clients_send_to_insales_is_sent() {
    for (operation, body) in [
        (
            "update_product",
            "<product><id>1</id><variants-attributes type=\"array\"><variant><id>2</id><sku>a</sku><quantity>1.5</quantity>\
             <price>740.0</price><cost-price>1</cost-price><old-price nil=\"true\"/></variant></variants-attributes></product>",
        ),
        (
            "create_product",
            "<product><title>t</title><variants-attributes type=\"array\"><variant><price>1</price><options type=\"array\">\
             <option><title>Size</title><value>XL</value></option></options></variant></variants-attributes></product>",
        ),
        (
            "update_variants",
            "<variants type=\"array\"><variant><id>1</id><quantity>3</quantity><price>2.5</price></variant></variants>",
        ),
    ] {
        let out = convert("insales_products", operation, "xml", body, &[]).fine();
        let plain = |text: &str| -> String {
            let mut text = text.to_owned();
            for kind in ["integer", "decimal", "array"] {
                text = text.replace(&format!(" type=\"{kind}\""), "");
            }
            text.split("?>")
                .last()
                .unwrap()
                .split('\n')
                .map(str::trim)
                .collect()
        };
        assert_eq!(plain(&out), plain(body), "{operation}");
    }
}

#[test]
fn a_field_that_the_model_lacks_is_named_and_nothing_is_sent() {
    let book = json!({"content_type": "text", "name": [{"locale": "ru-RU", "value": "n", "weight": 1}],
        "description": [], "price": {"price": 1, "currency": "RUB"}, "colour": "red"});
    let order = json!({"name": "A", "phone": "1", "external_id": "11",
        "products": [{"id": 1, "quantity": 1, "colour": "red"}], "zip": 1});
    for (run, operation, places) in [
        (
            dry_run("digiseller", "create_book", &book.to_string(), &[]),
            "create_book",
            "/name/0/weight, /colour",
        ),
        (
            convert("digiseller", "create_book", "json", &book.to_string(), &[]),
            "create_book",
            "/name/0/weight, /colour",
        ),
        (
            dry_run("qnits", "create_order", &order.to_string(), &[]),
            "create_order",
            "/products/0/colour, /zip",
        ),
        (
            convert(
                "insales_products",
                "update_product",
                "xml",
                "<product><title>t</title><colour>red</colour><properties-attributes type=\"array\">\
                 <properties-attribute><title>a</title><value>b</value><unit>c</unit></properties-attribute>\
                 </properties-attributes></product>",
                &[],
            ),
            "update_product",
            "/product/colour, /product/properties-attributes/properties-attribute[1]/unit",
        ),
    ] {
        assert_eq!(run.out, "", "{operation}");
        let line = run.one_line(1);
        // The order of the members is the reader's business.
        for place in places.split(", ") {
            assert!(line.contains(place), "{place} is missing in: {line}");
        }
        assert!(
            line.contains(operation) && line.contains("--ignore-unknown"),
            "{line}"
        );
    }
}

#[test]
fn what_is_left_out_on_request_is_said() {
    let body = json!({"enabled": true, "colour": "red", "price": null}).to_string();
    let run = dry_run(
        "digiseller",
        "edit_base",
        &body,
        &["product_id=1", "--ignore-unknown"],
    );
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert_eq!(sent(&run.out), json!({"enabled": true}));
    assert_eq!(
        run.err,
        "left out, as the request of `edit_base` has no such field: /colour\nleft out, as these have no value: /price\n"
    );
    let run = convert(
        "insales_products",
        "update_product",
        "xml",
        "<product><title>t</title><colour>red</colour><size/></product>",
        &["--ignore-unknown"],
    );
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(
        run.err.contains(": /product/colour\n") && run.err.contains(": /product/size\n"),
        "{}",
        run.err
    );
}

#[test]
fn a_reply_may_hold_more_than_the_model() {
    let args = [
        "convert",
        "fileflare",
        "get_customer_order",
        "response",
        "--status",
        "404",
        "--from",
        "json",
        "--to",
        "json",
    ];
    let out = run_with_input(args, br#"{"message": "no", "more": 1}"#).fine();
    assert!(!out.contains("more"), "{out}");
}

#[test]
fn what_is_read_of_a_payload_is_bounded() {
    let folder = crate::support::Folder::new();
    let file = folder.path().join("large.json");
    std::fs::File::create(&file)
        .unwrap()
        .set_len((64 << 20) + 1)
        .unwrap();
    let args = [
        "convert",
        "digiseller",
        "create_book",
        "request",
        "--from",
        "json",
        "--to",
        "json",
    ];
    let line = crate::support::run(args.into_iter().chain([file.to_str().unwrap()])).one_line(2);
    assert!(line.contains("exceeds 64 MiB"), "{line}");
}

/// A body of `tests/cases/payloads`.
fn case(name: &str) -> String {
    let path = crate::support::root()
        .join("tests/cases/payloads")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn edits_without_a_price_and_catalogues_are_sent_as_they_are() {
    for (operation, name) in [
        ("edit_base", "04-edit-without-price/request.json"),
        ("edit_arbitrary", "04-edit-without-price/request-2.json"),
        ("edit_base", "04-edit-without-price/request-3.json"),
        (
            "create_unique_fixed",
            "10-categories-cataloguer/request.json",
        ),
    ] {
        let body = case(name);
        let run = convert("digiseller", operation, "json", &body, &[]);
        let (given, sent): (Value, Value) = (
            serde_json::from_str(&body).unwrap(),
            serde_json::from_str(&run.fine()).unwrap(),
        );
        assert_eq!(sent, given, "{name}");
    }
}

#[test]
fn nothing_of_the_bodies_that_lost_content_is_left_out() {
    let body = case("05-body-fields-dropped-silently/create_book.json");
    let given: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        sent(&dry_run("digiseller", "create_book", &body, &[]).fine()),
        given
    );
    let insales = |operation: &str, name: &str| {
        convert("insales_products", operation, "xml", &case(name), &[])
    };
    // A variant without its id would be a new one.
    let run = insales(
        "update_product",
        "05-body-fields-dropped-silently/update_product.xml",
    );
    assert_eq!(run.code, Some(1));
    let place = "/product/variants-attributes/variant[1]: ";
    assert!(
        run.err.contains(place) && run.err.contains("<id> is missing"),
        "{}",
        run.err
    );
    let out = insales(
        "create_product",
        "05-body-fields-dropped-silently/create_product.xml",
    )
    .fine();
    assert!(
        out.contains("<variant><sku>12345</sku><price type=\"decimal\">100</price></variant>"),
        "{out}"
    );
    // As Rails reads it: null, whatever the element holds.
    let out = insales("create_product", "12-nil-with-text/request.xml").fine();
    assert!(
        out.contains("<variant><cost-price type=\"decimal\" nil=\"true\"/></variant>"),
        "{out}"
    );
}

/// Names and values in the spellings of published clients arrive in those of the document.
#[test]
fn other_spellings_are_sent_as_documented() {
    for (api, operation, format, body, expected) in [
        (
            "digiseller",
            "set_prices",
            "json",
            r#"[{"product_id": "1", "price": "2.5", "variants": [{"variant_id": 3, "rate": 1, "type": "priceplus"}]}]"#,
            r#"[{"ProductId":1,"Price":2.5,"variants":[{"variant_id":3,"rate":1,"type":"priceplus"}]}]"#,
        ),
        (
            "digiseller",
            "set_status",
            "json",
            r#"{"new_status": "active", "products": ["1", 2]}"#,
            r#"{"new_status":"active","products":[1,2]}"#,
        ),
        (
            "insales_products",
            "update_product",
            "xml",
            "<product><variants_attributes type='array'><item><id>1</id><old_price>3</old_price></item></variants_attributes></product>",
            "<product><variants-attributes type=\"array\"><variant><id type=\"integer\">1</id>\
             <old-price type=\"decimal\">3</old-price></variant></variants-attributes></product>",
        ),
    ] {
        let out = convert(api, operation, format, body, &[]).fine();
        let out: String = match format {
            "json" => serde_json::from_str::<Value>(&out).unwrap().to_string(),
            _ => out.lines().skip(1).map(str::trim).collect(),
        };
        let expected = match format {
            "json" => serde_json::from_str::<Value>(expected).unwrap().to_string(),
            _ => expected.to_owned(),
        };
        assert_eq!(out, expected, "{operation}");
    }
    let body = r#"{"content_type":"text","name":[],"description":[],"price":{"price":1,"currency":"RUB"},
        "preorder":{"enabled":true,"delivery_date":"2026-01-02T03:04:05Z"}}"#;
    let out = dry_run("digiseller", "create_unique_fixed", body, &[]).fine();
    assert_eq!(sent(&out), serde_json::from_str::<Value>(body).unwrap());
    // A field that both spellings name is not there twice.
    let twice = r#"[{"ProductId": 1, "Price": 2, "price": 3}]"#;
    let run = convert("digiseller", "set_prices", "json", twice, &[]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("/0/price"), "{}", run.err);
}
