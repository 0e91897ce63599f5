//! Parameters of path, query, headers and cookies.

use super::checks;
use crate::level::{Level::*, Table};

checks! { PARAMETERS;
    PARAMETER_REMOVED "R201" "a parameter is removed", Table::always(Risky),
    "Servers may ignore unknown parameters, and most do: programs keep working, and the parameter silently has no effect."
    fires ["remove /paths/~1things/get/parameters/0"]
    quiet ["set /paths/~1things/get/parameters/0/description = Which."];

    PARAMETER_REQUIRED_ADDED "R202" "a required parameter is added", Table::always(Breaking),
    "Requests without it are rejected. Add it as an optional parameter with a default."
    fires ["append /paths/~1things/get/parameters = {name: shop, in: query, required: true, schema: {type: string}}"]
    quiet ["append /paths/~1things/get/parameters = {name: shop, in: query, schema: {type: string}}"];

    PARAMETER_ADDED "R203" "an optional parameter is added", Table::always(Compatible),
    "Requests without it return the same as before."
    fires ["append /paths/~1things/get/parameters = {name: shop, in: query, schema: {type: string}}"]
    quiet ["append /paths/~1things/get/parameters = {name: shop, in: query, required: true, schema: {type: string}}"];

    PARAMETER_RENAMED "R204" "a parameter is renamed", Table { argument: [Risky, Breaking, Breaking], reply: [None; 3] },
    "One parameter was removed, and one with the same schema was added. Required: requests are rejected. Optional: most servers silently ignore the old name."
    fires ["set /paths/~1things/get/parameters/1/name = count", "set /paths/~1things~1{id}/delete/parameters/1/name = cause"]
    quiet ["set /paths/~1things/get/parameters/1/description = How many."];

    PARAMETER_MOVED "R205" "a parameter is sent in another location", Table { argument: [Risky, Breaking, Breaking], reply: [None; 3] },
    "The same name in another location: query, header or cookie. Required: requests are rejected. Optional: most servers silently ignore what is sent in the old one."
    fires ["set /paths/~1things/get/parameters/3/in = query"]
    quiet ["set /paths/~1things/get/parameters/3/description = An id."];

    PARAMETER_REQUIRED "R206" "a parameter becomes required, or optional", Table { argument: [Compatible, Breaking, Breaking], reply: [None; 3] },
    "Required: requests without it are rejected."
    fires ["set /paths/~1things/get/parameters/0/required = true", "set /paths/~1things~1{id}/delete/parameters/1/required = false"]
    quiet ["set /paths/~1things/get/parameters/0/required = false"];

    PARAMETER_STYLE "R207" "the serialization of a parameter changes", Table { argument: [Compatible, Breaking, Breaking], reply: [Breaking; 3] },
    "`style`, `explode`, `allowReserved` or `content`: the server parses the text differently, often without an error: `ids=1,2` is one value where `ids=1&ids=2` was expected. A server that now takes reserved characters as they are (`allowReserved`) still takes encoded ones."
    fires ["set /paths/~1things/get/parameters/2/explode = false", "set /paths/~1things/get/parameters/2/style = pipeDelimited", "set /paths/~1things/get/parameters/0/allowReserved = true"]
    quiet ["set /paths/~1things/get/parameters/0/explode = false"];

    PARAMETER_EMPTY "R208" "`allowEmptyValue` of a parameter changes", Table { argument: [Compatible, Risky, Risky], reply: [None; 3] },
    "Whether the parameter may be sent without a value."
    fires ["set /paths/~1things/get/parameters/0/allowEmptyValue = true"]
    quiet ["set /paths/~1things/get/parameters/0/allowEmptyValue = false"];

    PARAMETER_DEPRECATED "R209" "a parameter or header is deprecated, or no longer", Table::always(Compatible),
    "Programs keep working; the compiler warns about uses of the new bindings."
    fires ["set /paths/~1things/get/parameters/0/deprecated = true"]
    quiet ["set /paths/~1things/get/parameters/0/deprecated = false"];

    PARAMETER_TEXT "R210" "the description of a parameter or header changes", Table::always(Documentation),
    "Documentation only: nothing changes for programs."
    fires ["set /paths/~1things/get/parameters/0/description = Which state."]
    quiet ["set /paths/~1things/get/parameters/0/deprecated = false"];

    PARAMETER_ORDER "R211" "the order of parameters changes", Table::always(Documentation),
    "On the wire the order has no meaning. Required parameters are arguments in this order: see R706 for arguments of the same type that are swapped."
    fires ["swap /paths/~1things/get/parameters 0 1"]
    quiet ["set /paths/~1things/get/parameters/0/deprecated = false"];
}
