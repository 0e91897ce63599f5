//! Parameters as a spec declares them.

/// A parameter of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Param {
    /// Name on the wire.
    pub name: &'static str,
    /// Where it travels.
    pub place: Place,
    /// How it is written.
    pub style: Style,
    /// Whether each item or property is a value of its own.
    pub explode: bool,
    /// Whether reserved characters are sent as they are (in a query only).
    pub allow_reserved: bool,
    /// Whether it is the whole query, without a name.
    pub whole: bool,
    /// Of a form that is the whole query: how its fields are written that are not exploded `form`.
    pub fields: Option<&'static [Field]>,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

/// How a parameter is written: OpenAPI's `style`, or its `content`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `a,b`
    Simple,
    /// `.a.b`
    Label,
    /// `;x=a;x=b`
    Matrix,
    /// `x=a&x=b`
    Form,
    /// `x=a%20b`
    SpaceDelimited,
    /// `x=a%7Cb`
    PipeDelimited,
    /// `x[a]=1`
    DeepObject,
    /// One JSON text.
    Json,
}

impl Param {
    const fn new(name: &'static str, place: Place, style: Style, explode: bool) -> Self {
        Self {
            name,
            place,
            style,
            explode,
            allow_reserved: false,
            whole: false,
            fields: None,
        }
    }

    /// Creates a parameter in the path, by default `simple`.
    #[must_use]
    pub const fn path(name: &'static str) -> Self {
        Self::new(name, Place::Path, Style::Simple, false)
    }

    /// Creates a parameter in the query, by default `form`, exploded.
    #[must_use]
    pub const fn query(name: &'static str) -> Self {
        Self::new(name, Place::Query, Style::Form, true)
    }

    /// Creates a parameter in a header, by default `simple`.
    #[must_use]
    pub const fn header(name: &'static str) -> Self {
        Self::new(name, Place::Header, Style::Simple, false)
    }

    /// Creates a parameter in a cookie, by default `form`, exploded.
    #[must_use]
    pub const fn cookie(name: &'static str) -> Self {
        Self::new(name, Place::Cookie, Style::Form, true)
    }

    /// Returns the same in another style.
    #[must_use]
    pub const fn style(mut self, style: Style, explode: bool) -> Self {
        self.style = style;
        self.explode = explode;
        self
    }

    /// Returns the same as one JSON text (`content` with a JSON media type); give it a [`Json`](super::Json).
    #[must_use]
    pub const fn json(self) -> Self {
        self.style(Style::Json, false)
    }

    /// Returns the same with `allowReserved`.
    #[must_use]
    pub const fn allow_reserved(mut self) -> Self {
        self.allow_reserved = true;
        self
    }

    /// Returns the same as the whole query, without a name: a text, or the JSON text of a [`Json`](super::Json).
    #[must_use]
    pub const fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// Returns the same as a form that is the whole query. `fields` has those that are not exploded `form`.
    #[must_use]
    pub const fn form(mut self, fields: &'static [Field]) -> Self {
        self.fields = Some(fields);
        self
    }

    /// What messages call it: ``the query parameter `q` ``.
    pub(in crate::client) fn describe(&self) -> String {
        let place = match self.place {
            Place::Path => "path parameter",
            Place::Query => "query parameter",
            Place::Header => "header",
            Place::Cookie => "cookie",
        };
        format!("the {place} `{}`", self.name)
    }
}

/// How a property of a form is written, where it is not exploded `form`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Name of the property.
    pub name: &'static str,
    /// How.
    pub format: FieldFormat,
}

/// How a value is written in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldFormat {
    /// By a parameter's style, and whether it is exploded.
    Style(Style, bool),
    /// As a JSON text.
    Json,
    /// As text; lists repeat the name.
    Text,
}

impl Field {
    /// Creates a property in a style.
    #[must_use]
    pub const fn styled(name: &'static str, style: Style, explode: bool) -> Self {
        Self {
            name,
            format: FieldFormat::Style(style, explode),
        }
    }

    /// Creates a property as a JSON text.
    #[must_use]
    pub const fn json(name: &'static str) -> Self {
        Self {
            name,
            format: FieldFormat::Json,
        }
    }
}
