//! What programs do by default: retries, limits, servers, credentials.

use super::checks;
use crate::level::{Level::*, Table};

checks! { BEHAVIOUR;
    IDEMPOTENT "R601" "whether an operation is idempotent changes", Table::always(Risky),
    "Rebuilt programs retry the request after a failure, or no longer do. A wrong mark creates an order twice."
    fires ["set /paths/~1prices/post/x-idempotent = true", "set /paths/~1things~1{id}/put/x-idempotent = false"]
    quiet ["set /paths/~1things~1{id}/put/x-idempotent = true"];

    SAFE "R602" "whether an operation is read-only changes", Table::always(Risky),
    "Read-only operations are retried automatically."
    fires ["set /paths/~1things/get/x-safe = false"]
    quiet ["set /paths/~1things/get/x-safe = true"];

    IDEMPOTENCY_KEY "R603" "the idempotency key changes", Table::always(Risky),
    "The property whose value lets the server detect a repeated request. Without it the request is not retried."
    fires ["remove /paths/~1things/post/x-idempotency-key", "set /paths/~1things/post/x-idempotency-key = label"]
    quiet ["set /paths/~1things/post/summary = Makes a thing."];

    RATE_LIMIT "R604" "a rate limit changes", Table { argument: [Compatible, Risky, Risky], reply: [None; 3] },
    "Rebuilt programs respect it. Existing programs exceed a lower limit."
    fires ["set /x-rate-limits/calls/requests = 50", "set /x-rate-limits/calls/requests = 200", "remove /x-rate-limits/calls"]
    quiet ["set /x-rate-limits/calls/scope = shop"];

    OPERATION_RATE_LIMIT "R605" "an operation counts against another rate limit", Table::always(Risky),
    "Rebuilt programs use another rate limit for the operation."
    fires ["remove /paths/~1things~1{id}/get/x-rate-limit"]
    quiet ["set /paths/~1things/get/x-rate-limit = calls"];

    BATCH "R606" "how a list is split into batches changes", Table::always(Risky),
    "`x-batch` names the list that may be sent in several requests; its `maxItems` is the largest batch."
    fires ["remove /paths/~1prices/post/x-batch"]
    quiet ["set /paths/~1prices/post/summary = Prices."];

    PAGINATION "R607" "how the next page is requested changes", Table::always(Risky),
    "Rebuilt programs request the next page differently; with a wrong description they stop after the first page, without an error."
    fires ["remove /paths/~1events/get/x-pagination"]
    quiet ["set /paths/~1events/get/summary = Events."];

    REDIRECT "R608" "a redirect is a success no longer, or from now on", Table::always(Breaking),
    "Where no other success is documented, an operation succeeds with its redirect. With another success beside it, rebuilt programs get an error where the server still redirects, although they compile as before; and the other way round."
    fires ["set /paths/~1pictures/post/responses = {'302': {description: Elsewhere.}} ~ set /paths/~1pictures/post/responses = {'302': {description: Elsewhere.}, '204': {description: Done.}}"]
    quiet ["set /paths/~1pictures/post/responses = {'302': {description: Elsewhere.}} ~ set /paths/~1pictures/post/responses = {'302': {description: Elsewhere.}, '303': {description: There.}, '404': {description: Nowhere.}}"];

    SERVER "R610" "a server is added or removed", Table { argument: [Compatible, Risky, Risky], reply: [None; 3] },
    "The first server is where programs send requests by default."
    fires ["remove /servers/1", "append /servers = {url: https://third.example/v1}"]
    quiet ["set /servers/1/description = Another store."];

    SERVER_URL "R611" "the default server changes", Table::always(Risky),
    "Rebuilt programs that set no base URL send their requests, and their credentials, to another place. Where a part of the paths moves to the server's URL, or back, requests have the same URLs: only programs that set a base URL must change it."
    fires ["set /servers/0/url = https://{region}.store.example/v1", "set /servers/0/url = https://{region}.things.example/v2"]
    quiet ["set /servers/0/url = https://{region}.things.example/v1/", "set /servers/0/url = HTTPS://{region}.Things.example/v1", "set /servers/0/url = https://eu.things.example/v1 ; remove /servers/0/variables"];

    PLAINTEXT "R612" "a server is used without TLS", Table { argument: [Risky, Breaking, Breaking], reply: [None; 3] },
    "`https` became `http`: credentials are sent without encryption. `build()` fails unless the program calls `allow_plaintext`. From `http` to `https`, programs need a TLS feature."
    fires ["set /servers/0/url = http://{region}.things.example/v1"]
    quiet ["set /servers/0/description = The only store."];

    SERVER_VARIABLE "R613" "a variable of a server's URL changes", Table { argument: [Compatible, Risky, Risky], reply: [None; 3] },
    "Another default sends requests to another server; a removed value is rejected, and so is a removed variable."
    fires ["set /servers/0/variables/region/default = us", "set /servers/0/variables/region/enum = [eu]", "set /servers/0/variables/region/enum = [eu, us, asia]", "set /servers/0/url = https://eu.things.example/v1 ; remove /servers/0/variables"]
    quiet ["set /servers/0/variables/region/description = Where."];

    SECURITY "R620" "which credentials are accepted changes", Table { argument: [Compatible, Breaking, Breaking], reply: [None; 3] },
    "Alternatives of `security`: requests that use a removed one are rejected. One more alternative, or none required, is compatible."
    fires ["append /security = {token: [read]}", "set /security = [{token: [read]}]", "set /paths/~1things/get/security = []"]
    quiet ["set /paths/~1things/get/security = [{key: []}]"];

    CREDENTIAL "R621" "a credential is sent in another way", Table::always(Breaking),
    "Type, place or name of a security scheme: rebuilt programs send it in the new way, and old ones in the old. HTTP bearer, OAuth 2 and OpenID Connect all send a bearer token; tokens of another OpenID issuer are rejected."
    fires ["set /components/securitySchemes/key/name = X-Api-Key", "set /components/securitySchemes/key/in = query"]
    quiet ["set /components/securitySchemes/key/name = x-key"];

    SCOPES "R622" "the scopes that a call needs change", Table { argument: [Compatible, Breaking, Breaking], reply: [None; 3] },
    "Tokens without an added scope are rejected."
    fires ["set /security = [{token: [read]}] ~ set /security = [{token: [read, write]}]"]
    quiet ["set /security = [{token: [read, write]}] ~ set /security = [{token: [write, read]}]"];

    TOKEN_URL "R623" "where tokens come from changes", Table::always(Risky),
    "URLs and flows of OAuth 2, or another way to get a token that is sent as before: rebuilt programs get tokens there. One more flow is compatible."
    fires ["set /security = [{token: [read]}] ~ set /security = [{token: [read]}] ; set /components/securitySchemes/token/flows/clientCredentials/tokenUrl = https://other.example/token", "set /security = [{token: [read]}] ~ set /security = [{token: [read]}] ; set /components/securitySchemes/token = {type: http, scheme: bearer}"]
    quiet ["set /components/securitySchemes/key/description = A key."];

    LOGIN "R624" "how a program logs in changes", Table::always(Breaking),
    "`x-login`: the operation, what it is sent, or where the token is in its reply. It is risky where only `expires` changes: the login is repeated at another time. Names of arguments are documentation: callers give them by position."
    fires ["set /components/securitySchemes/key/x-login = {operation: set_prices, arguments: [id, secret], request: {id: '{id}', sign: '{secret}'}, token: task}"]
    quiet ["set /components/securitySchemes/key/description = A key."];

    BODY_CREDENTIAL "R625" "a credential in the body changes", Table::always(Breaking),
    "`x-credential`: the client fills this property from its settings. A name that changes everywhere is documentation."
    fires ["set /components/schemas/NewThing/properties/secret/x-credential = secret"]
    quiet ["set /components/schemas/NewThing/properties/secret/description = Secret."];

    PERMISSION "R626" "the permission that a call needs changes", Table::always(Risky),
    "`x-permission`: requests of accounts without it are rejected."
    fires ["set /paths/~1things/post/x-permission = things.admin"]
    quiet ["set /paths/~1things/post/summary = Makes."];

    SECRECY "R627" "whether a value is secret changes", Table { argument: [Risky, Compatible, Risky], reply: [Risky, Compatible, Risky] },
    "`format: password`: the bindings never print such a value and wipe it from memory. Without it, the value may be logged."
    fires ["remove /components/schemas/NewThing/properties/secret/format"]
    quiet ["set /components/schemas/NewThing/properties/secret/description = Secret."];

    ENVELOPE "R630" "how a reply reports a failure changes", Table::always(Breaking),
    "`x-envelope`: a failure is read as success, or a success as a failure."
    fires ["set /components/schemas/Outcome/x-envelope/success = [done]", "set /components/schemas/Outcome/x-envelope/content = text"]
    quiet ["set /components/schemas/Outcome/x-envelope/success = [ok]"];

    ENVELOPE_MESSAGE "R631" "where a failure's message is read changes", Table::always(Risky),
    "`message` and `errors` of `x-envelope`, or `x-error`: a wrong name silently loses the server's message."
    fires ["remove /components/schemas/Outcome/x-envelope/message", "set /components/schemas/Problem/x-error/message = code"]
    quiet ["set /components/schemas/Problem/x-error/message = message"];

    REQUEST_ENVELOPE "R632" "how a request is wrapped changes", Table::always(Breaking),
    "`x-request-envelope` names the property that the caller's value is put into."
    fires ["set /components/schemas/NewThing/x-request-envelope = parts"]
    quiet ["set /components/schemas/Outcome/description = Outcome."];

    FAILURE_CODES "R633" "what codes of failures mean changes", Table::always(Risky),
    "`x-failure-codes`: programs that ask `is_auth()` or `is_quota()` get another answer, and logins are renewed for other codes."
    fires ["set /x-failure-codes/auth = ['401', '403']"]
    quiet ["set /x-failure-codes/auth = ['401']"];

    LENIENCE "R634" "which other forms of a value are read changes", Table { argument: [Documentation; 3], reply: [Compatible, Risky, Risky] },
    "`x-accept`, `x-strict`, `x-null` and `x-bare-string`: values in another form than documented are accepted or rejected."
    fires ["set /components/schemas/Part/properties/count/x-accept = [string]"]
    quiet ["set /components/schemas/Part/properties/count/description = Count."];
}
