//! Schemas: what values are allowed.

use super::checks;
use crate::level::{Level::*, Table};

checks! { SCHEMAS;
    TYPES "R401" "the type changes", Table::CONTRACT,
    "In JSON `5` and `\"5\"` differ. In XML, parameters and forms both are the text 5, so there a number that becomes a string is a widening."
    fires ["set /components/schemas/Thing/properties/name/type = integer", "set /components/schemas/Part/properties/count/type = [integer, string]"]
    quiet ["set /components/schemas/Thing/properties/name/type = [string]"];

    FORMAT "R402" "the format changes", Table::CONTRACT,
    "`int32` to `int64` is more values; `date` to `date-time` is other ones. `decimal`, `double` and `float` allow the same texts on the wire, but programs compute with another precision. Without the format, any text is allowed."
    fires ["set /components/schemas/Part/properties/count/format = int64", "set /components/schemas/Thing/properties/price/format = double", "remove /components/schemas/Thing/properties/changed/format"]
    quiet ["set /components/schemas/Thing/properties/name/maxLength = 100"];

    ENUM_VALUES "R403" "values of an enum are added or removed", Table { argument: [Compatible, Breaking, Breaking], reply: [Risky, Compatible, Risky] },
    "A value that the server no longer accepts breaks programs that send it. A new value in a reply is risky: enums of the bindings are open, so it is read as `Unknown(…)`; programs with closed enums fail."
    fires ["set /components/schemas/State/enum = [new, paid, sent, lost]", "set /components/schemas/State/enum = [new, paid]"]
    quiet ["set /components/schemas/State/enum = [sent, new, paid]"];

    ENUM_PRESENCE "R404" "an enum is added to a value, or removed", Table { argument: [Compatible, Breaking, Breaking], reply: [Risky, Compatible, Breaking] },
    "An enum allows its values only. An enum that is removed from a reply is as risky as a new value (R403); a constant (one value) that is removed is breaking."
    fires ["set /components/schemas/Thing/properties/name/enum = [a, b]", "remove /components/schemas/State/enum"]
    quiet ["set /components/schemas/Thing/properties/name/description = A name."];

    DEFAULT "R405" "a default changes", Table { argument: [Risky; 3], reply: [Documentation; 3] },
    "Programs that omit the value get another result; neither docs nor code show it."
    fires ["set /paths/~1things/get/parameters/1/schema/default = 50", "remove /components/schemas/NewThing/properties/colour/default"]
    quiet ["set /paths/~1things/get/parameters/1/schema/default = 20"];

    NUMBER_LIMITS "R406" "limits of a number change", Table::CONTRACT,
    "`minimum`, `maximum`, and the exclusive ones. A tighter limit rejects values that were valid before. A wider one in a reply breaks programs that relied on it (the width of a database column); the bindings do not check it."
    fires ["set /paths/~1things/get/parameters/1/schema/maximum = 50", "remove /components/schemas/NewThing/properties/price/minimum"]
    quiet ["set /paths/~1things/get/parameters/1/schema/maximum = 100.0"];

    MULTIPLE_OF "R407" "`multipleOf` changes", Table::CONTRACT,
    "The step of a number."
    fires ["set /components/schemas/NewThing/properties/price/multipleOf = 0.05"]
    quiet ["set /components/schemas/NewThing/properties/price/multipleOf = 0.010"];

    LENGTH "R408" "limits of a text's length change", Table::CONTRACT,
    "`minLength` and `maxLength`. See R406."
    fires ["set /components/schemas/NewThing/properties/name/maxLength = 50", "set /components/schemas/Thing/properties/name/maxLength = 200"]
    quiet ["set /components/schemas/Part/properties/number/minLength = 0"];

    PATTERN "R409" "the pattern of a text changes", Table { argument: [Compatible, Breaking, Risky], reply: [Breaking, Compatible, Risky] },
    "A new pattern narrows, a removed one widens. Whether one pattern allows more than another is not computed: risky."
    fires ["set /components/schemas/NewThing/properties/name/pattern = ^[a-z]+$", "remove /components/schemas/NewThing/properties/name/pattern", "set /components/schemas/NewThing/properties/label/pattern = ^[a-z]+$"]
    quiet ["set /components/schemas/NewThing/properties/name/description = A name."];

    ITEM_COUNT "R410" "limits of a list's length change", Table::CONTRACT,
    "`minItems`, `maxItems` and `uniqueItems`. A smaller `maxItems` also changes the size of batches."
    fires ["set /paths/~1things/get/parameters/2/schema/maxItems = 10", "remove /components/schemas/NewThing/properties/tags/uniqueItems"]
    quiet ["set /components/schemas/Thing/properties/notes/minItems = 0"];

    PROPERTY_COUNT "R411" "limits of an object's size change", Table::CONTRACT,
    "`minProperties` and `maxProperties`."
    fires ["set /components/schemas/NewThing/properties/labels/maxProperties = 5"]
    quiet ["set /components/schemas/NewThing/properties/labels/minProperties = 0"];

    PROPERTY_REMOVED "R412" "a property is removed", Table { argument: [Risky; 3], reply: [Risky, Risky, Breaking] },
    "In a request: the value is silently ignored, or rejected where the object allows no other properties. In a reply: breaking where it was required; risky where it was optional, because the value no longer arrives."
    fires ["remove /components/schemas/NewThing/properties/label", "remove /components/schemas/Thing/properties/price"]
    quiet ["set /components/schemas/NewThing/properties/label/description = A label."];

    PROPERTY_REQUIRED_ADDED "R413" "a required property is added", Table { argument: [Compatible, Breaking, Breaking], reply: [Breaking, Compatible, Breaking] },
    "In a request: values without it are rejected. In a reply: readers skip unknown properties; where the object allowed no other properties, a strict reader fails."
    fires ["set /components/schemas/NewThing/properties/size = {type: string} ; append /components/schemas/NewThing/required = size"]
    quiet ["set /components/schemas/NewThing/properties/size = {type: string}"];

    PROPERTY_ADDED "R414" "an optional property is added", Table { argument: [Compatible, Compatible, Breaking], reply: [Compatible, Compatible, Breaking] },
    "Readers skip unknown properties, unless the object allowed no others."
    fires ["set /components/schemas/NewThing/properties/size = {type: string}", "set /components/schemas/Thing/properties/size = {type: string}"]
    quiet ["set /components/schemas/NewThing/properties/size = {type: string} ; append /components/schemas/NewThing/required = size"];

    PROPERTY_RENAMED "R415" "a property gets another name in JSON", Table { argument: [Risky, Breaking, Breaking], reply: [Risky, Breaking, Breaking] },
    "One property was removed, and one with the same schema was added. An optional value is silently lost; a required one is an error. Its name in XML may be the same (`xml.name`): then XML does not change."
    fires ["move /components/schemas/Thing/properties/price /components/schemas/Thing/properties/cost"]
    quiet ["set /components/schemas/Thing/properties/price/description = The price."];

    PRESENCE "R416" "whether a property may be absent or null changes", Table::CONTRACT,
    "A property allows some of: absent, null, a value. A server that no longer accepts absent or null rejects requests; a reply that may now lack the value, or be null, breaks its readers."
    fires ["append /components/schemas/NewThing/required = label", "set /components/schemas/Thing/required = [id, state, parts]", "set /components/schemas/Thing/properties/name/type = [string, 'null']"]
    quiet ["set /components/schemas/Thing/required = [parts, name, state, id]"];

    NULLABLE "R417" "whether a value may be null changes", Table::CONTRACT,
    "Of a body, an item or a parameter: of a property it is R416."
    fires ["set /components/schemas/Thing/properties/notes/items/type = [string, 'null']"]
    quiet ["set /components/schemas/Thing/properties/notes/items/type = [string]"];

    ADDITIONAL "R418" "which other properties an object may have changes", Table { argument: [Compatible, Breaking, Breaking], reply: [Risky, Compatible, Risky] },
    "`additionalProperties: false` in a request rejects properties that were ignored before. In a reply, readers skip what they do not know; where others had a schema and may be anything now, it is breaking."
    fires ["set /components/schemas/NewThing/additionalProperties = false", "set /components/schemas/Thing/additionalProperties = false"]
    quiet ["set /components/schemas/NewThing/additionalProperties = true"];

    BRANCH_ADDED "R419" "an alternative is added to `oneOf` or `anyOf`", Table::CONTRACT,
    "A reply may have a form that no program handles."
    fires ["append /components/schemas/Event/oneOf = {$ref: '#/components/schemas/Part'}"]
    quiet ["swap /components/schemas/Event/oneOf 0 1"];

    BRANCH_REMOVED "R420" "an alternative is removed from `oneOf` or `anyOf`", Table::CONTRACT,
    "Requests in this form are rejected; replies no longer have it."
    fires ["append /components/schemas/Event/oneOf = {$ref: '#/components/schemas/Part'} ~ set /info/title = Things"]
    quiet ["swap /components/schemas/Event/oneOf 0 1"];

    UNION "R421" "a schema becomes a union of several, or is no longer one", Table::CONTRACT,
    "It widens where one of the alternatives is the previous schema."
    fires ["set /components/schemas/Thing/properties/parts/items = {oneOf: [{$ref: '#/components/schemas/Part'}, {$ref: '#/components/schemas/Price'}]}", "set /components/schemas/EventList/properties/events/items = {$ref: '#/components/schemas/Created'}"]
    quiet ["set /components/schemas/Event/description = An event."];

    DISCRIMINATOR "R422" "the discriminator changes", Table { argument: [Risky, Compatible, Breaking], reply: [Risky, Compatible, Breaking] },
    "The property that selects the alternative. With another one, programs choose the wrong alternative, or none. Without one (widens), they try each."
    fires ["set /components/schemas/Event/discriminator/propertyName = type", "remove /components/schemas/Event/discriminator"]
    quiet ["set /components/schemas/Event/description = An event."];

    MAPPING "R423" "values of a discriminator change", Table::CONTRACT,
    "A value that now selects another schema is read as the wrong type. One more value for an alternative that keeps its own is as risky in a reply as a new value of an enum (R403)."
    fires ["set /components/schemas/Event/discriminator/mapping/created = '#/components/schemas/Deleted'", "set /components/schemas/Event/discriminator/mapping/made = '#/components/schemas/Created'"]
    quiet ["set /components/schemas/Event/description = An event."];

    READ_ONLY "R424" "`readOnly` changes", Table { argument: [Compatible, Risky, Risky], reply: [Documentation; 3] },
    "A read-only property is not sent. The server ignores it or rejects the request. Breaking where a required property is read-only no longer: requests lack it."
    fires ["set /components/schemas/NewThing/properties/label/readOnly = true", "remove /components/schemas/NewThing/properties/owner/readOnly"]
    quiet ["set /components/schemas/NewThing/properties/label/readOnly = false"];

    WRITE_ONLY "R425" "`writeOnly` changes", Table { argument: [Documentation; 3], reply: [Compatible, Risky, Risky] },
    "A write-only property is not in replies."
    fires ["set /components/schemas/Thing/properties/price/writeOnly = true"]
    quiet ["set /components/schemas/Thing/properties/price/writeOnly = false"];

    CONTENT "R426" "the encoding of a text's content changes", Table::CONTRACT,
    "`contentEncoding`: the same text means other bytes. `contentMediaType`: it has to hold another format; where none is named, or `text/plain`, it may hold any."
    fires ["set /components/schemas/NewThing/properties/code/contentEncoding = base64", "set /components/schemas/NewThing/properties/code/contentMediaType = text/html"]
    quiet ["set /components/schemas/NewThing/properties/code/description = Code.", "set /components/schemas/NewThing/properties/code/contentMediaType = text/plain"];

    NOT "R427" "`not` changes", Table::CONTRACT,
    "The more values `not` describes, the fewer are allowed."
    fires ["set /components/schemas/NewThing/properties/other/not = {type: integer}", "set /components/schemas/NewThing/properties/other/not = {type: integer} ~ set /components/schemas/NewThing/properties/other/not = {type: number}"]
    quiet ["set /components/schemas/NewThing/properties/other/description = Other."];

    PREFIX_ITEMS "R428" "a position of a tuple gets a schema, or loses it", Table::CONTRACT,
    "`prefixItems` gives each position of a list a schema of its own. Where it ends, `items` continues; without `items`, anything may follow."
    fires ["append /components/schemas/NewThing/properties/pair/prefixItems = {type: integer}"]
    quiet ["set /components/schemas/NewThing/properties/pair/description = Numbers.", "set /components/schemas/NewThing/properties/pair = {type: array, items: {type: integer}} ~ set /components/schemas/NewThing/properties/pair = {type: array, prefixItems: [{type: integer}], items: {type: integer}}"];

    UNJUDGED "R429" "a condition or an unknown keyword changes", Table { argument: [Compatible, Breaking, Risky], reply: [Breaking, Compatible, Risky] },
    "`if`, `contains`, `dependentRequired`, `patternProperties` and their like are conditions: one more narrows what is allowed. Entries, numbers and the schemas inside are compared: what is stricter in `then` is stricter for the whole. Where an `if` changes, or a schema inside in a way that is not compared, the effect is unknown: risky. So are unknown keywords."
    fires ["set /components/schemas/NewThing/properties/tags/contains = {type: string}", "set /components/schemas/Price/dependentRequired = {amount: [currency]} ~ set /components/schemas/Price/dependentRequired = {amount: [currency, tax]}", "set /components/schemas/NewThing/properties/tags/contains = {type: string} ; set /components/schemas/NewThing/properties/tags/minContains = 1 ~ set /components/schemas/NewThing/properties/tags/contains = {type: string} ; set /components/schemas/NewThing/properties/tags/minContains = 2", "set /components/schemas/Price/if = {required: [tax]} ; set /components/schemas/Price/then = {required: [amount]} ~ set /components/schemas/Price/if = {required: [tax]} ; set /components/schemas/Price/then = {required: [amount, currency]}"]
    quiet ["set /components/schemas/NewThing/properties/tags/description = Some tags.", "set /components/schemas/NewThing/properties/tags/minContains = 2", "set /components/schemas/Price/dependentRequired = {amount: [currency, tax]} ~ set /components/schemas/Price/dependentRequired = {amount: [tax, currency]}"];

    SCHEMA_DEPRECATED "R430" "a property is deprecated, or no longer", Table::always(Compatible),
    "Programs keep working; the compiler warns about uses of the new bindings."
    fires ["set /components/schemas/Thing/properties/price/deprecated = true"]
    quiet ["set /components/schemas/Thing/properties/price/deprecated = false"];

    SCHEMA_TEXT "R431" "the description of a value changes", Table::always(Documentation),
    "`title`, `description`, and descriptions of enum values: documentation only."
    fires ["set /components/schemas/Thing/description = One thing.", "set /components/schemas/Thing/properties/price/title = Price"]
    quiet ["set /components/schemas/Thing/properties/price/deprecated = false"];

    EXAMPLES "R432" "examples change", Table::always(Documentation),
    "Docs, mocks and tests use them."
    fires ["set /components/schemas/Thing/properties/name/examples = [Lamp]"]
    quiet ["set /components/schemas/Thing/properties/price/deprecated = false"];

    EXTENSION "R433" "an extension changes", Table::always(Documentation),
    "An `x-` key that Lavka does not use."
    fires ["set /components/schemas/Thing/x-team = store", "set /paths/~1things/get/x-team = store"]
    quiet ["set /components/schemas/Thing/properties/price/deprecated = false"];

    PROPERTY_UNDECLARED "R434" "an undeclared name becomes required, or no longer is", Table::CONTRACT,
    "`required` names a property that `properties` lacks."
    fires ["append /components/schemas/Price/required = currency"]
    quiet ["set /components/schemas/Price/description = A price."];

    REQUIRED_ALTERNATIVES "R435" "which properties are required alternatively changes", Table::CONTRACT,
    "`anyOf` or `oneOf` whose entries only say `required`: one of the groups of names is required. One more group widens the allowed values."
    fires ["set /components/schemas/Price/anyOf = [{required: [amount]}, {required: [code]}]", "set /components/schemas/Price/anyOf = [{required: [amount]}] ~ set /components/schemas/Price/anyOf = [{required: [amount]}, {required: [code]}]"]
    quiet ["set /components/schemas/Price/anyOf = [{required: [amount]}, {required: [code]}] ~ set /components/schemas/Price/anyOf = [{required: [code]}, {required: [amount]}]"];

    EXCLUSIVE "R436" "`anyOf` becomes `oneOf`, or the other way", Table { argument: [Compatible, Risky, Risky], reply: [Risky, Compatible, Risky] },
    "`oneOf` rejects a value that fits several alternatives; `anyOf` takes it. Risky, because few servers check it. Not reported where the alternatives have different types, or a discriminator chooses."
    fires ["move /components/schemas/Event/oneOf /components/schemas/Event/anyOf ; remove /components/schemas/Event/discriminator ~ remove /components/schemas/Event/discriminator"]
    quiet ["move /components/schemas/Event/oneOf /components/schemas/Event/anyOf"];

    OTHER_PROPERTIES "R437" "an object has other properties", Table::always(Breaking),
    "No property is the same: the object is another, is put into a wrapping, or is taken out of one. Risky where nothing is required on either side. The single properties are not reported."
    fires ["set /components/schemas/Price/required = [sku, cents] ; set /components/schemas/Price/properties = {sku: {type: string}, cents: {type: integer}}"]
    quiet ["set /components/schemas/Price/properties/currency = {type: string}"];
}
