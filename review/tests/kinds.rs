//! Kinds of changes of one document, and what each does: to JSON, XML, Rust, behaviour, and the version of the bindings.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use lavka_review::level::Level;

const BASE: &str = include_str!("pairs/02-add-required-request-field/base.yaml");

/// A patch; JSON, XML, Rust, behaviour, the version of the bindings.
type Kind = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const KINDS: &[Kind] = &[
    // Operations.
    ("copy /paths/~1orders~1{id}/get /paths/~1orders~1{id}~1copy/get ; set /paths/~1orders~1{id}~1copy/get/operationId = get_copy", "compatible", "compatible", "compatible", "none", "minor"),
    ("remove /paths/~1orders~1{id}/delete", "breaking", "breaking", "breaking", "none", "major"),
    ("move /paths/~1orders /paths/~1purchases", "breaking", "breaking", "none", "breaking", "major"),
    ("move /paths/~1orders~1{id}/delete /paths/~1orders~1{id}/post", "breaking", "breaking", "none", "breaking", "major"),
    ("set /paths/~1orders~1{id}/delete/deprecated = true", "none", "none", "compatible", "compatible", "minor"),
    ("set /paths/~1orders/get/summary = Lists them.", "none", "none", "documentation", "none", "patch"),
    ("move /paths/~1orders~1{id} /paths/~1orders~1{number} ; set /paths/~1orders~1{number}/get/parameters/0/name = number ; set /paths/~1orders~1{number}/delete/parameters/0/name = number", "none", "none", "none", "none", "none"),
    ("set /paths/~1orders~1{id}/delete/x-rust-name = drop_order", "none", "none", "breaking", "none", "major"),
    // Parameters.
    ("append /paths/~1orders/get/parameters = {name: since, in: query, schema: {type: string, format: date}}", "compatible", "compatible", "compatible", "none", "minor"),
    ("append /paths/~1orders/get/parameters = {name: shop, in: query, required: true, schema: {type: string}}", "breaking", "breaking", "breaking", "none", "major"),
    ("remove /paths/~1orders/get/parameters/1", "risky", "risky", "breaking", "risky", "major"),
    ("set /paths/~1orders/get/parameters/1/required = true", "breaking", "breaking", "breaking", "none", "major"),
    ("set /paths/~1orders/get/parameters/1/schema/format = int64", "compatible", "compatible", "breaking", "none", "major"),
    ("set /paths/~1orders/get/parameters/1/schema/maximum = 50", "breaking", "breaking", "none", "none", "major"),
    ("set /paths/~1orders/get/parameters/1/schema/maximum = 500", "compatible", "compatible", "none", "none", "minor"),
    ("set /paths/~1orders/get/parameters/1/in = header", "breaking", "breaking", "none", "breaking", "major"),
    ("swap /paths/~1orders/get/parameters 0 1", "none", "none", "documentation", "none", "patch"),
    // Fields of requests.
    ("set /components/schemas/NewOrder/properties/phone = {type: string}", "compatible", "compatible", "compatible", "none", "minor"),
    ("remove /components/schemas/NewOrder/properties/note", "risky", "risky", "breaking", "risky", "major"),
    ("move /components/schemas/NewOrder/properties/note /components/schemas/NewOrder/properties/remark", "risky", "risky", "breaking", "risky", "major"),
    ("move /components/schemas/NewOrder/properties/note /components/schemas/NewOrder/properties/remark ; set /components/schemas/NewOrder/properties/remark/xml = {name: note}", "risky", "none", "breaking", "risky", "major"),
    ("append /components/schemas/NewOrder/required = note", "breaking", "breaking", "breaking", "none", "major"),
    ("set /components/schemas/NewOrder/required = [lines]", "compatible", "compatible", "breaking", "none", "major"),
    ("set /components/schemas/NewOrder/properties/customer/maxLength = 50", "breaking", "breaking", "none", "none", "major"),
    ("set /components/schemas/NewOrder/properties/customer/pattern = ^[A-Z].*$", "breaking", "breaking", "none", "none", "major"),
    ("set /components/schemas/NewOrder/properties/lines/minItems = 2", "breaking", "breaking", "none", "none", "major"),
    ("set /components/schemas/NewOrder/properties/note/nullable = true", "compatible", "compatible", "breaking", "none", "major"),
    ("set /components/schemas/NewOrder/properties/note/format = password", "none", "none", "breaking", "compatible", "major"),
    ("set /components/schemas/NewOrder/additionalProperties = false", "breaking", "breaking", "none", "none", "major"),
    // Fields of replies.
    ("set /components/schemas/Order/properties/paid = {type: boolean}", "compatible", "compatible", "compatible", "none", "minor"),
    ("remove /components/schemas/Order/properties/tracking", "risky", "risky", "breaking", "risky", "major"),
    ("remove /components/schemas/Order/properties/total ; set /components/schemas/Order/required = [id, state, customer, lines]", "breaking", "breaking", "breaking", "none", "major"),
    ("append /components/schemas/Order/required = tracking", "compatible", "compatible", "breaking", "none", "major"),
    ("set /components/schemas/Order/required = [id, state, customer, lines]", "breaking", "breaking", "breaking", "none", "major"),
    ("set /components/schemas/Order/properties/customer/nullable = true", "breaking", "breaking", "breaking", "none", "major"),
    ("set /components/schemas/Order/properties/id = {type: string, description: The order's number.}", "breaking", "breaking", "breaking", "none", "major"),
    ("set /components/schemas/OrderList/properties/count/format = int64", "breaking", "breaking", "breaking", "none", "major"),
    ("set /components/schemas/Order/properties/tracking/format = date-time", "compatible", "compatible", "breaking", "none", "major"),
    ("set /components/schemas/Order/properties/tracking/deprecated = true", "none", "none", "compatible", "compatible", "minor"),
    ("swap /components/schemas/Order/properties 2 4", "none", "none", "none", "none", "none"),
    // Enums.
    ("set /components/schemas/State/enum = [new, paid]", "breaking", "breaking", "breaking", "none", "major"),
    ("set /components/schemas/State/enum = [sent, paid, new]", "none", "none", "none", "none", "none"),
    // XML.
    ("set /components/schemas/Line/properties/isbn/xml/attribute = false", "none", "breaking", "none", "breaking", "major"),
    ("set /components/schemas/Line/properties/copies/xml = {attribute: true}", "none", "breaking", "none", "breaking", "major"),
    ("set /components/schemas/OrderList/properties/orders/xml = {name: order}", "none", "breaking", "none", "breaking", "major"),
    ("set /components/schemas/OrderList/properties/orders/xml/name = list", "none", "breaking", "none", "breaking", "major"),
    ("set /components/schemas/NewOrder/xml = {name: order, namespace: 'https://books.example/ns'}", "none", "breaking", "none", "breaking", "major"),
    ("set /components/schemas/Problem/properties/message/xml = {name: text}", "none", "breaking", "none", "breaking", "major"),
    // Replies and bodies.
    ("set /paths/~1orders/post/responses/409 = {description: Twice., content: {application/json: {schema: {$ref: '#/components/schemas/Problem'}}}}", "compatible", "compatible", "none", "none", "minor"),
    ("remove /paths/~1orders~1{id}/get/responses/404", "compatible", "compatible", "none", "none", "minor"),
    ("remove /paths/~1orders/post/requestBody/content/application~1xml", "none", "breaking", "none", "none", "major"),
    ("remove /paths/~1orders/post/requestBody/content/application~1json", "breaking", "none", "none", "none", "major"),
    ("remove /paths/~1orders/get/responses/200/content/application~1xml", "none", "breaking", "none", "none", "major"),
    ("set /paths/~1orders/post/requestBody/required = false", "compatible", "compatible", "breaking", "none", "major"),
    ("set /paths/~1orders~1{id}/delete/responses = {'200': {description: Gone., content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}", "risky", "none", "breaking", "risky", "major"),
    // Behaviour.
    ("set /paths/~1orders~1{id}/delete/x-idempotent = false", "none", "none", "none", "risky", "minor"),
    ("set /x-rate-limits/calls/requests = 1000", "compatible", "compatible", "none", "compatible", "minor"),
    ("set /servers/0/url = https://shop.example", "risky", "risky", "none", "risky", "minor"),
    ("append /servers = {url: https://spare.example}", "compatible", "compatible", "none", "none", "minor"),
    ("set /security = []",
        "compatible",
        "compatible",
        "breaking",
        "compatible",
        "major",
    ),
    ("set /components/securitySchemes/key/in = query", "breaking", "breaking", "none", "breaking", "major"),
    ("set /components/schemas/Problem/x-error = {message: code} ; set /components/schemas/Problem/properties/code = {type: string}", "compatible", "compatible", "compatible", "risky", "minor"),
    // Arguments.
    ("append /paths/~1orders~1{id}/delete/parameters = {name: reason, in: query, required: true, schema: {type: string}} ; append /paths/~1orders~1{id}/delete/parameters = {name: clerk, in: query, required: true, schema: {type: string}} ~ append /paths/~1orders~1{id}/delete/parameters = {name: clerk, in: query, required: true, schema: {type: string}} ; append /paths/~1orders~1{id}/delete/parameters = {name: reason, in: query, required: true, schema: {type: string}}", "none", "none", "breaking", "none", "major"),
    ("append /paths/~1orders~1{id}/delete/parameters = {name: reason, in: query, required: true, schema: {type: string}} ; append /paths/~1orders~1{id}/delete/parameters = {name: count, in: query, required: true, schema: {type: integer}} ~ append /paths/~1orders~1{id}/delete/parameters = {name: count, in: query, required: true, schema: {type: integer}} ; append /paths/~1orders~1{id}/delete/parameters = {name: reason, in: query, required: true, schema: {type: string}}", "none", "none", "breaking", "none", "major"),
    ("append /paths/~1orders~1{id}/delete/parameters = {name: reason, in: query, required: true, schema: {type: string}} ~ append /paths/~1orders~1{id}/delete/parameters = {name: cause, in: query, required: true, schema: {type: string}}", "breaking", "breaking", "none", "none", "major"),
    ("append /paths/~1orders~1{id}/delete/parameters = {name: reason, in: query, schema: {type: string}} ~ append /paths/~1orders~1{id}/delete/parameters = {name: reason, in: query, schema: {type: string}} ; append /paths/~1orders~1{id}/delete/parameters = {name: clerk, in: query, schema: {type: string}}", "compatible", "compatible", "compatible", "none", "minor"),
    ("set /paths/~1orders~1{id}/get/parameters/0/schema = {type: string} ; set /paths/~1orders~1{id}/delete/parameters/0/schema = {type: string}", "compatible", "compatible", "breaking", "none", "major"),
    ("append /paths/~1orders/get/parameters = {name: X-Trace, in: header, schema: {type: string}}", "compatible", "compatible", "compatible", "none", "minor"),
    ("append /paths/~1orders/get/parameters = {name: ids, in: query, schema: {type: array, items: {type: integer}}} ~ append /paths/~1orders/get/parameters = {name: ids, in: query, explode: false, schema: {type: array, items: {type: integer}}}", "breaking", "breaking", "none", "breaking", "major"),
    ("append /paths/~1orders/get/parameters = {name: ids, in: query, explode: false, schema: {type: array, items: {type: integer}}} ~ append /paths/~1orders/get/parameters = {name: ids, in: query, explode: false, style: pipeDelimited, schema: {type: array, items: {type: integer}}}", "breaking", "breaking", "none", "breaking", "major"),
    ("append /paths/~1orders/get/parameters = {name: ids, in: query, schema: {type: integer}} ~ append /paths/~1orders/get/parameters = {name: ids, in: query, schema: {type: array, items: {type: integer}}}", "compatible", "compatible", "breaking", "none", "major"),
    ("set /paths/~1orders/get/parameters/1/deprecated = true", "none", "none", "compatible", "compatible", "minor"),
    ("set /paths/~1orders/get/parameters/1/schema/default = 50", "risky", "risky", "none", "risky", "minor"),
    // Values.
    ("set /components/schemas/Order/properties/id/format = int32", "compatible", "compatible", "breaking", "none", "major"),
    ("set /components/schemas/NewOrder/properties/count = {type: integer, format: int32} ~ set /components/schemas/NewOrder/properties/count = {type: integer, format: int64}", "compatible", "compatible", "breaking", "none", "major"),
    ("set /components/schemas/NewOrder/properties/count = {type: integer} ~ set /components/schemas/NewOrder/properties/count = {type: string}", "breaking", "compatible", "breaking", "none", "major"),
    ("set /components/schemas/OrderList/properties/count = {type: string}", "breaking", "breaking", "breaking", "none", "major"),
    ("set /paths/~1orders/get/parameters/0/schema = {type: string, enum: [new, paid]} ~ set /paths/~1orders/get/parameters/0/schema = {type: string, enum: [new, paid, sent]}", "compatible", "compatible", "compatible", "none", "minor"),
    ("set /components/schemas/Order/properties/state = {type: string, enum: [new, paid]} ~ set /components/schemas/Order/properties/state = {type: string, enum: [new, paid, sent]}", "risky", "risky", "compatible", "risky", "minor"),
    ("set /components/schemas/Order/properties/state = {type: string, enum: [new, paid, sent]} ~ set /components/schemas/Order/properties/state = {type: string, enum: [new, paid]}", "compatible", "compatible", "breaking", "none", "major"),
    ("set /components/schemas/Order/properties/state = {type: string, enum: [new, paid, sent]} ~ set /components/schemas/Order/properties/state = {type: string}", "risky", "risky", "breaking", "none", "major"),
    ("set /components/schemas/Order/properties/customer/maxLength = 200", "breaking", "breaking", "none", "none", "major"),
    ("set /components/schemas/Order/properties/customer/maxLength = 50", "compatible", "compatible", "none", "none", "minor"),
    ("set /components/schemas/NewOrder/properties/customer/maxLength = 200", "compatible", "compatible", "none", "none", "minor"),
    ("set /components/schemas/Order/properties/tracking/nullable = true", "breaking", "breaking", "breaking", "none", "major"),
    ("set /components/schemas/Order/additionalProperties = false", "compatible", "compatible", "none", "none", "minor"),
    ("set /components/schemas/NewOrder/properties/note/default = none", "risky", "risky", "none", "risky", "minor"),
    ("set /components/schemas/Order/properties/tracking/default = none", "none", "none", "none", "none", "none"),
    ("set /components/schemas/Order/properties/paid_at = {type: string, format: date} ~ set /components/schemas/Order/properties/paid_at = {type: string, format: date-time}", "breaking", "breaking", "breaking", "none", "major"),
    ("set /components/schemas/NewOrder/properties/token = {type: string, format: password} ~ set /components/schemas/NewOrder/properties/token = {type: string}", "none", "none", "breaking", "risky", "major"),
    ("set /components/schemas/Order/properties/paid = {type: boolean} ; append /components/schemas/Order/required = paid", "compatible", "compatible", "compatible", "none", "minor"),
    ("move /components/schemas/NewOrder/properties/note /components/schemas/NewOrder/properties/remark ; set /components/schemas/NewOrder/properties/remark/x-rust-name = note", "risky", "risky", "none", "risky", "minor"),
    ("move /components/schemas/Order/properties/total /components/schemas/Order/properties/sum ; set /components/schemas/Order/required = [id, state, customer, sum, lines]", "breaking", "breaking", "breaking", "none", "major"),
    ("set /components/schemas/Order/properties/tracking/x-rust-name = parcel", "none", "none", "breaking", "none", "major"),
    ("set /components/schemas/NewOrder/properties/gift = {oneOf: [{type: string}, {type: integer}]} ~ set /components/schemas/NewOrder/properties/gift = {oneOf: [{type: string}, {type: integer}, {type: boolean}]}", "compatible", "compatible", "compatible", "none", "minor"),
    // XML.
    ("set /components/schemas/NewOrder/properties/note/xml = {namespace: 'https://books.example/ns'}", "none", "breaking", "none", "breaking", "major"),
    ("set /components/schemas/NewOrder/properties/note/xml = {namespace: 'https://books.example/ns', prefix: a} ~ set /components/schemas/NewOrder/properties/note/xml = {namespace: 'https://books.example/ns', prefix: b}", "none", "none", "documentation", "none", "patch"),
    ("set /x-xml-dialect = rails", "none", "breaking", "none", "breaking", "major"),
    ("set /components/schemas/Order/properties/tags = {type: array, items: {type: string}} ~ set /components/schemas/Order/properties/tags = {type: array, items: {type: string}, xml: {wrapped: true}}", "none", "breaking", "none", "breaking", "major"),
    ("swap /components/schemas/NewOrder/properties 0 1", "none", "risky", "none", "risky", "minor"),
    ("swap /components/schemas/NewOrder/properties 0 2", "none", "risky", "breaking", "risky", "major"),
    ("set /components/schemas/Order/properties/tracking/xml = {name: parcel}", "none", "breaking", "none", "breaking", "major"),
    ("set /components/schemas/Order/properties/total/xml = {attribute: true}", "none", "breaking", "none", "breaking", "major"),
    // Behaviour.
    ("set /paths/~1orders/post/x-idempotent = true ~ set /paths/~1orders/post/x-idempotent = false", "none", "none", "none", "risky", "minor"),
    ("remove /x-rate-limits", "compatible", "compatible", "none", "risky", "minor"),
    ("set /x-rate-limits/slow = {requests: 5, seconds: 60, scope: account} ; set /paths/~1orders/post/x-rate-limit = slow", "risky", "risky", "none", "risky", "minor"),
    ("set /servers/0/url = https://books.example/v2", "risky", "risky", "none", "risky", "minor"),
    ("set /servers/0/url = http://books.example ~ set /servers/0/url = https://books.example", "risky", "risky", "none", "risky", "minor"),
    ("set /components/securitySchemes/key = {type: http, scheme: bearer, description: The account's key.}", "breaking", "breaking", "none", "breaking", "major"),
    ("set /security = [] ~ set /security = [{key: []}]", "breaking", "breaking", "compatible", "breaking", "major"),
    ("set /components/securitySchemes/basic = {type: http, scheme: basic} ; append /security = {basic: []}", "compatible", "compatible", "compatible", "compatible", "minor"),
    ("remove /components/schemas/Problem/x-error", "none", "none", "none", "risky", "minor"),
    ("set /paths/~1orders~1{id}/get/responses/200/headers = {X-Left: {schema: {type: integer}}}", "compatible", "compatible", "none", "none", "minor"),
    ("set /paths/~1orders~1{id}/get/responses/200/headers = {X-Left: {schema: {type: integer}}} ~ set /info/title = Corner bookshop", "risky", "risky", "none", "risky", "minor"),
    ("set /paths/~1orders/post/tags = [orders] ; set /tags = [{name: orders}]", "none", "none", "documentation", "none", "patch"),
    ("set /paths/~1orders/post/responses/400/description = Wrong.", "none", "none", "documentation", "none", "patch"),
    ("set /components/schemas/NewOrder/properties/note/example = Quickly.", "none", "none", "documentation", "none", "patch"),
    ("swap /paths/~1orders/post/requestBody/content 0 1", "none", "none", "none", "none", "none"),
    ("set /components/schemas/Spare = {type: object, properties: {a: {type: string}}} ~ set /info/title = Corner bookshop", "none", "none", "breaking", "none", "major"),
    // Names of components.
    ("move /components/schemas/Line /components/schemas/Position ; set /components/schemas/NewOrder/properties/lines/items = {$ref: '#/components/schemas/Position'} ; set /components/schemas/Order/properties/lines/items = {$ref: '#/components/schemas/Position'}", "none", "none", "breaking", "none", "major"),
    ("set /components/schemas/Spare = {type: object, properties: {a: {type: string}}}", "none", "none", "compatible", "none", "minor"),
    ("set /components/schemas/Line/x-rust-name = OrderLine", "none", "none", "breaking", "none", "major"),
    ("set /info/description = A shop.", "none", "none", "documentation", "none", "patch"),
    ("set /info/version = 1.5.0", "none", "none", "none", "none", "none"),
];

#[test]
fn each_does_what_it_says() {
    let mut failed = Vec::new();
    for (patch, json, xml, rust, behaviour, bindings) in KINDS {
        let (base, head) = support::sides_of(BASE, patch);
        let report = support::compare_texts(&base.to_json_text(), &head.to_json_text());
        let levels = report.levels();
        let found = [levels.json, levels.xml, levels.rust, levels.behaviour].map(Level::as_str);
        let found = [
            found[0],
            found[1],
            found[2],
            found[3],
            report.bindings().as_str(),
        ];
        let expected = [*json, *xml, *rust, *behaviour, *bindings];
        if found != expected || report.specs[0].rust_not_judged.is_some() {
            let told: Vec<String> = report
                .findings()
                .map(|(_, f)| format!("{} {}: {} {:?}", f.check.code, f.place, f.what, f.rust))
                .collect();
            failed.push(format!(
                "{patch}\n  expected {expected:?}\n  found    {found:?}\n  {told:#?}"
            ));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {}\n{}",
        failed.len(),
        KINDS.len(),
        failed.join("\n")
    );
}
