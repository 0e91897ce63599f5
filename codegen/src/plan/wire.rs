//! What the plan takes over from the model as it is: words of OpenAPI and XML.

pub use lavka_model::model::{
    Dialect, FormField, FormFormat, Method, ParamFormat, ParameterIn, Presence, Selection, Status,
    Style, TypeId, XmlName,
};
