//! How values appear in XML. Names have no variance: a difference breaks both directions.

use super::checks;
use crate::level::{Level::*, Table};

checks! { XML;
    XML_NAME "R501" "a name in XML changes", Table::always(Breaking),
    "The element or attribute of a property, or the wrapper of a list. Elements that are not known are skipped, so an optional value is lost, and a list is read as empty, without an error. JSON does not change."
    fires ["set /components/schemas/NewThing/properties/label/xml = {name: caption}", "set /components/schemas/Thing/properties/parts/xml/name = pieces"]
    quiet ["set /components/schemas/NewThing/properties/label/xml = {name: label}"];

    XML_NAMESPACE "R502" "a namespace in XML changes", Table::always(Breaking),
    "Names are compared by namespace and local name. The prefix does not count, but whether there is one: elements that name no namespace are in that of the element around them if it has no prefix, and in none if it has one. `elementFormDefault` of XML Schema comes to the same."
    fires ["set /components/schemas/NewThing/xml = {name: thing, namespace: 'https://things.example/ns'} ~ set /components/schemas/NewThing/xml = {name: thing, namespace: 'https://things.example/ns', prefix: t}", "set /components/schemas/NewThing/properties/label/xml = {namespace: 'https://things.example/ns'}"]
    quiet ["set /components/schemas/NewThing/properties/label/xml = {prefix: t}"];

    XML_PREFIX "R503" "a namespace prefix in XML changes", Table::always(Documentation),
    "Readers compare the namespace, not the prefix."
    fires ["set /components/schemas/NewThing/properties/label/xml = {namespace: 'https://things.example/ns', prefix: t} ~ set /components/schemas/NewThing/properties/label/xml = {namespace: 'https://things.example/ns', prefix: u}"]
    quiet ["set /components/schemas/NewThing/properties/label/xml = {name: label}"];

    XML_NODE "R504" "a value moves between element, attribute and text in XML", Table::always(Breaking),
    "Readers look for an attribute where an element is, or the other way round: an optional value is lost without an error."
    fires ["set /components/schemas/Part/properties/number/xml/attribute = false", "set /components/schemas/Part/properties/count/xml = {attribute: true}"]
    quiet ["set /components/schemas/Part/properties/count/xml = {attribute: false}"];

    XML_WRAPPER "R505" "a list gets a wrapper in XML, or loses it", Table::always(Breaking),
    "Items are children of the object itself, or of an element of their own. A reader of the other shape finds no items: the list is empty, without an error."
    fires ["set /components/schemas/NewThing/properties/parts/xml/wrapped = false", "set /components/schemas/Thing/properties/notes/xml/wrapped = true"]
    quiet ["set /components/schemas/Thing/properties/notes/xml/wrapped = false"];

    XML_ITEM "R506" "the element of a list's items changes in XML", Table::always(Breaking),
    "A reader finds no items under the old name: the list is empty, without an error."
    fires ["set /components/schemas/Part/xml/name = piece"]
    quiet ["set /components/schemas/Part/xml/name = part"];

    XML_ROOT "R507" "the root element of a body changes", Table::always(Breaking),
    "Readers check the name of the root: the body is rejected."
    fires ["set /components/schemas/NewThing/xml/name = new-thing", "set /paths/~1things/get/responses/200/content/application~1xml/x-xml-root = list"]
    quiet ["set /components/schemas/NewThing/description = One."];

    XML_TYPE "R508" "the `type` attribute in XML changes", Table::always(Risky),
    "In the Rails dialect an element says its type. Servers may read the text by it."
    fires ["set /x-xml-dialect = rails ~ set /x-xml-dialect = rails ; set /components/schemas/Part/properties/count/x-type = decimal"]
    quiet ["set /components/schemas/Part/description = Part."];

    XML_ORDER "R509" "the order of elements in XML changes", Table { argument: [Risky; 3], reply: [Documentation; 3] },
    "The bindings write elements in the order of the document, and read them in any order. A server that validates by `xs:sequence` rejects another order."
    fires ["swap /components/schemas/Part/properties 0 1 ; set /components/schemas/Part/properties/number/xml/attribute = false ~ set /components/schemas/Part/properties/number/xml/attribute = false", "swap /components/schemas/NewThing/properties 0 1"]
    quiet ["swap /components/schemas/Created/properties 0 1"];

    XML_DIALECT "R510" "the dialect of XML changes", Table { argument: [Risky, Risky, Breaking], reply: [Risky, Risky, Breaking] },
    "`x-xml-dialect` decides on `type` and `nil` attributes, the shape of empty lists, and what white space means. Between `plain` and `trimmed`, only white space around strings differs: risky."
    fires ["set /x-xml-dialect = rails"]
    quiet ["set /x-xml-dialect = plain"];
}
