//! The document as a whole, and the acceptance of findings.

use super::checks;
use crate::level::{Level::*, Table};

checks! { REPORT;
    SPEC_REMOVED "R801" "a spec is removed", Table::always(Breaking),
    "The folder had this document, and has it no more: its module is gone."
    fires [] quiet [];

    SPEC_ADDED "R802" "a spec is added", Table::always(Compatible),
    "The bindings have one more module."
    fires [] quiet [];

    INFO "R803" "title, version or description of the document change", Table::always(Documentation),
    "Readers see it and programs do not."
    fires ["set /info/title = Stuff", "set /info/description = A shop."]
    quiet ["set /info/version = 1.0.0"];

    VERSION_DECREASED "R804" "the version of the document goes backwards", Table::always(Risky),
    "`info.version` is lower than before."
    fires ["set /info/version = 0.9.0"]
    quiet ["set /info/version = 1.1.0"];

    TAGS "R805" "tags of the document change", Table::always(Documentation),
    "Names and descriptions of `tags`, and descriptions of servers, schemes and limits."
    fires ["set /tags/0/description = Things of all kinds.", "set /components/securitySchemes/key/description = A key.", "set /servers/0/description = A store."]
    quiet ["set /paths/~1things/get/deprecated = false"];

    ACCEPT_UNUSED "R901" "an acceptance matches nothing", Table::always(Risky),
    "An entry of `lavka-accept.yaml` has a key that no finding has. Remove it: it would accept a later change that nobody looked at."
    fires [] quiet [];

    ACCEPT_EXPIRED "R902" "an acceptance has ended", Table::always(Risky),
    "The date of `until` is past; the finding counts again. Fix it, or give the entry another end and a reason."
    fires [] quiet [];

    ACCEPT_INVALID "R903" "an acceptance cannot be read", Table::always(Risky),
    "An entry needs `key` and `reason`, and an end date `until` in the form 2027-01-31."
    fires [] quiet [];
}
