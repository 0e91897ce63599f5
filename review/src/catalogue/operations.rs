//! Operations, bodies and replies.

use super::checks;
use crate::level::{Level::*, Table};

checks! { OPERATIONS;
    OPERATION_REMOVED "R101" "an operation is removed", Table::always(Breaking),
    "Programs that call the operation get an error from the server and do not compile against new bindings. A deprecation or a sunset date does not change that: programs that still call it stop working."
    fires ["remove /paths/~1things~1{id}/delete", "remove /paths/~1pictures"]
    quiet ["set /paths/~1things~1{id}/delete/summary = Removes a thing."];

    OPERATION_ADDED "R102" "an operation is added", Table::always(Compatible),
    "New bindings have one more method. Nothing else changes."
    fires ["copy /paths/~1things~1{id}/get /paths/~1things~1{id}~1copy/get ; set /paths/~1things~1{id}~1copy/get/operationId = get_copy"]
    quiet ["set /paths/~1things~1{id}/get/summary = Gets a thing."];

    OPERATION_PATH "R103" "the path of an operation changes", Table::always(Breaking),
    "The operationId is the same and the path another. Programs send their requests to the old path until they are rebuilt; rebuilt programs need the new server. Serve both paths for a while."
    fires ["move /paths/~1pictures /paths/~1images"]
    quiet ["set /paths/~1pictures/post/summary = Adds an image."];

    OPERATION_METHOD "R104" "the method of an operation changes", Table::always(Breaking),
    "The operationId is the same and the HTTP method another. Retries may change with it: GET, PUT and DELETE are repeated, POST is not."
    fires ["move /paths/~1things~1{id}/put /paths/~1things~1{id}/patch"]
    quiet ["set /paths/~1things~1{id}/put/summary = Puts a thing."];

    OPERATION_ID "R105" "an operationId changes", Table::always(None),
    "Nothing changes on the wire. Generated code takes its names from the operationId: methods, trait methods and constants are renamed, which the Rust part of the verdict reports."
    fires ["set /paths/~1things~1{id}/get/operationId = fetch_thing", "remove /paths/~1pictures/post/operationId"]
    quiet ["set /paths/~1things~1{id}/get/tags = [other]"];

    PATH_PARAMETER_NAME "R106" "a path parameter gets another name", Table::always(Documentation),
    "Only the value of a path parameter is sent. In Rust its name is the name of an argument, which callers do not write."
    fires ["move /paths/~1things~1{id} /paths/~1things~1{number} ; set /paths/~1things~1{number}/get/parameters/0/name = number ; set /paths/~1things~1{number}/put/parameters/0/name = number ; set /paths/~1things~1{number}/delete/parameters/0/name = number"]
    quiet ["set /paths/~1things~1{id}/get/parameters/0/description = Which thing."];

    OPERATION_DEPRECATED "R107" "an operation is deprecated, or no longer", Table::always(Compatible),
    "Programs keep working. New bindings mark the method `#[deprecated]`, and the compiler warns where it is called; a program that denies warnings has to allow this one."
    fires ["set /paths/~1things~1{id}/get/deprecated = true"]
    quiet ["set /paths/~1things~1{id}/get/deprecated = false"];

    OPERATION_TEXT "R108" "the description of an operation changes", Table::always(Documentation),
    "Summary, description, `externalDocs` or tags: documentation only."
    fires ["set /paths/~1things/get/summary = Lists all things.", "set /paths/~1things/get/externalDocs = {url: 'https://docs.things.example'}", "set /paths/~1things/post/tags = [other]"]
    quiet ["set /paths/~1things/get/deprecated = false"];

    CALLBACKS "R109" "webhooks or callbacks change", Table { argument: [Compatible, Breaking, Breaking], reply: [None; 3] },
    "Webhooks of the document, callbacks of an operation, or requests of one of them, were added or removed, the URL of a callback is read from another place, or the status that programs reply with changes. Programs that wait for a removed one, or give the URL in the old place, are not notified any more. Payloads of the others are compared as what programs receive: their findings are those of schemas."
    fires ["set /webhooks = {sold: {post: {responses: {'200': {description: Taken.}}}}}", "set /webhooks = {sold: {post: {responses: {'200': {description: Taken.}}}}} ~ set /info/title = Things", "set /webhooks = {sold: {post: {responses: {'200': {description: Taken.}}}, put: {responses: {'200': {description: Taken.}}}}} ~ set /webhooks = {sold: {post: {responses: {'200': {description: Taken.}}}}}", "set /paths/~1things/post/callbacks = {sold: {'{$request.body#/url}': {post: {responses: {'204': {description: Taken.}}}}}} ~ set /paths/~1things/post/callbacks = {sold: {'{$request.body#/to}': {post: {responses: {'204': {description: Taken.}}}}}}", "set /webhooks = {sold: {post: {responses: {'204': {description: Taken.}}}}} ~ set /webhooks = {sold: {post: {responses: {'200': {description: Taken.}}}}}"]
    quiet ["set /webhooks = {sold: {post: {responses: {'204': {description: Taken.}}}}} ~ set /webhooks = {sold: {post: {responses: {'204': {description: Taken.}, '404': {description: Unknown.}}}}}", "set /tags/0/description = Things.", "set /paths/~1things/post/callbacks = {sold: {'{$request.body#/url}': {post: {responses: {'204': {description: Taken.}}}}}} ~ set /paths/~1things/post/callbacks = {sold: {'{$request.body#/url}': {post: {responses: {'204': {description: Taken.}}}}}} ; set /components/callbacks = {sold: {'{$request.body#/url}': {post: {responses: {'204': {description: Taken.}}}}}} ; set /paths/~1things/post/callbacks = {sold: {$ref: '#/components/callbacks/sold'}}"];

    LINKS "R110" "links of a reply change", Table::always(Documentation),
    "A link says which operation can follow and which of its arguments the reply has. Programs get the same values with it and without it."
    fires ["set /paths/~1things/post/responses/201/links = {read: {operationId: get_thing}}"]
    quiet ["set /paths/~1things/post/responses/201/links = {} ~ set /info/version = 1.0.0"];

    BODY_ADDED "R120" "an operation gets a request body", Table { argument: [Compatible, Breaking, Breaking], reply: [None; 3] },
    "An optional body is compatible. Where it is required, requests without it are rejected."
    fires ["set /paths/~1things~1{id}/delete/requestBody = {content: {application/json: {schema: {$ref: '#/components/schemas/Part'}}}}"]
    quiet ["set /paths/~1things/post/requestBody/description = A new thing."];

    BODY_REMOVED "R121" "a request body is removed", Table::always(Breaking),
    "The server no longer reads the body, so programs cannot send its data."
    fires ["remove /paths/~1things~1{id}/put/requestBody"]
    quiet ["set /paths/~1things~1{id}/put/requestBody/required = false"];

    BODY_REQUIRED "R122" "a request body becomes required, or optional", Table { argument: [Compatible, Breaking, Breaking], reply: [None; 3] },
    "Required: requests without a body are rejected. Optional: programs may omit it."
    fires ["set /paths/~1things~1{id}/put/requestBody/required = true", "set /paths/~1things/post/requestBody/required = false"]
    quiet ["set /paths/~1things~1{id}/put/requestBody/required = false"];

    REQUEST_MEDIA "R123" "a media type of a request is added or removed", Table { argument: [Compatible, Breaking, Breaking], reply: [None; 3] },
    "Requests in a media type that is no longer documented are rejected (415). Other formats are not affected."
    fires ["remove /paths/~1things/post/requestBody/content/application~1xml", "copy /paths/~1prices/post/requestBody/content/application~1json /paths/~1prices/post/requestBody/content/application~1xml"]
    quiet ["move /paths/~1things/post/requestBody/content/application~1json /paths/~1things/post/requestBody/content/Application~1JSON"];

    REPLY_MEDIA "R124" "a media type of a reply is added or removed", Table { argument: [None; 3], reply: [Compatible, Breaking, Breaking] },
    "The program chooses by the `Accept` header, so one more is compatible. A program that requests a removed one gets an error or another format. A media type that becomes more specific (`application/json` to `application/problem+json`) is risky: JSON readers keep working, programs that compare the name fail. The two names of XML, `application/xml` and `text/xml`, are equally risky. `charset=utf-8` changes nothing, another `charset` is another media type. A schema that allows nothing (`false`) removes the media type."
    fires ["move /paths/~1things/get/responses/200/content/application~1json /paths/~1things/get/responses/200/content/application~1vnd.things+json", "remove /paths/~1things/get/responses/200/content/application~1xml", "copy /paths/~1prices/post/responses/200/content/application~1json /paths/~1prices/post/responses/200/content/application~1xml"]
    quiet ["move /paths/~1things/get/responses/200/content/application~1json /paths/~1things/get/responses/200/content/application~1JSON"];

    SUCCESS_STATUS "R125" "the status of success changes", Table { argument: [Risky; 3], reply: [Risky, Compatible, Risky] },
    "The bindings treat every status from 200 to 299 as success. Other programs may compare with the documented status. One that was in a documented range is compatible."
    fires ["copy /paths/~1things/post/responses/201 /paths/~1things/post/responses/2XX ~ copy /paths/~1things/post/responses/201 /paths/~1things/post/responses/2XX ; remove /paths/~1things/post/responses/201", "move /paths/~1things/post/responses/201 /paths/~1things/post/responses/200"]
    quiet ["set /paths/~1things/post/responses/201/description = Done."];

    SUCCESS_REMOVED "R126" "a success reply is removed", Table::always(Breaking),
    "Programs expect a reply that is no longer documented, and no new success reply takes its place."
    fires ["remove /paths/~1things~1{id}/put/responses/204", "move /paths/~1things~1{id}/put/responses/204 /paths/~1things~1{id}/put/responses/404"]
    quiet ["move /paths/~1things~1{id}/put/responses/204 /paths/~1things~1{id}/put/responses/200"];

    STATUS_ADDED "R127" "a reply is added", Table::always(Compatible),
    "The server may answer with a status that was not documented. The bindings read errors of any status; a further success with another body, or without one, is risky: existing programs fail to read it. What a method returns may change too, which the Rust part of the verdict reports."
    fires ["set /paths/~1things~1{id}/put/responses/409 = {description: Somebody else was faster.}", "set /paths/~1things~1{id}/get/responses/204 = {description: Nothing.}"]
    quiet ["set /paths/~1things~1{id}/put/responses/204/description = Done."];

    ERROR_REMOVED "R128" "an error reply is removed", Table::always(Compatible),
    "The server no longer responds with this status. Code that handles it is no longer used."
    fires ["remove /paths/~1things~1{id}/get/responses/404"]
    quiet ["set /paths/~1things~1{id}/get/responses/404/description = Not found."];

    REPLY_BODY "R129" "a reply gets a body, or loses it", Table { argument: [None; 3], reply: [Compatible, Breaking, Breaking] },
    "Programs that read the body find none. Existing programs ignore a new body."
    fires ["remove /paths/~1things~1{id}/get/responses/200/content", "copy /paths/~1things~1{id}/get/responses/200/content /paths/~1things~1{id}/put/responses/204/content"]
    quiet ["set /paths/~1things~1{id}/get/responses/200/description = It."];

    REPLY_HEADER "R130" "a header of a reply is added, removed or renamed, or its presence changes", Table { argument: [None; 3], reply: [Breaking, Compatible, Breaking] },
    "A header that was always sent may now be missing: breaking. A removed or renamed optional header is risky: programs that read it find no value. A new header is compatible."
    fires ["remove /paths/~1things/get/responses/200/headers/X-Total", "remove /paths/~1things/get/responses/200/headers/X-Note", "set /paths/~1things/get/responses/200/headers/X-More = {schema: {type: string}}", "set /paths/~1things/get/responses/200/headers/X-Total/required = false", "move /paths/~1things/get/responses/200/headers/X-Note /paths/~1things/get/responses/200/headers/X-Remark"]
    quiet ["move /paths/~1things/get/responses/200/headers/X-Note /paths/~1things/get/responses/200/headers/x-note"];

    PART_ENCODING "R131" "the encoding of a form's part changes", Table { argument: [Compatible, Breaking, Breaking], reply: [None; 3] },
    "Content type, headers or style of a part: the server may reject the part as it was sent before. One more content type in the list, or an optional header, is compatible. A header that is no longer documented is risky: the server ignores it."
    fires ["set /paths/~1pictures/post/requestBody/content/multipart~1form-data/encoding/picture/headers = {X-Sum: {schema: {type: string}}}", "set /paths/~1pictures/post/requestBody/content/multipart~1form-data/encoding/picture/headers = {X-Sum: {required: true, schema: {type: string}}}", "set /paths/~1pictures/post/requestBody/content/multipart~1form-data/encoding/picture/contentType = 'image/png, image/jpeg'", "set /paths/~1pictures/post/requestBody/content/multipart~1form-data/encoding/picture/contentType = image/jpeg"]
    quiet ["set /paths/~1pictures/post/summary = Adds one.", "set /paths/~1pictures/post/requestBody/content/multipart~1form-data/encoding/caption = {contentType: text/plain}"];

    SCHEMA_PRESENCE "R132" "a body gets a schema, or loses it", Table::CONTRACT,
    "Without a schema, any body is allowed."
    fires ["remove /paths/~1prices/post/responses/200/content/application~1json/schema"]
    quiet ["remove /paths/~1prices/post/responses/200/content/application~1json/schema ~ set /paths/~1prices/post/responses/200/content/application~1json/schema = {}", "set /paths/~1prices/post/responses/200/description = Done."];
}
