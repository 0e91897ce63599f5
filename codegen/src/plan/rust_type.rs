//! Rust types as data.

use lavka_model::model::{Scalar, TypeId, TypeRef};

/// A Rust type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RustType {
    /// `bool`, `i64`, …
    Primitive(Primitive),
    /// `String`
    String,
    /// A type of the runtime: `Decimal`, `Secret`, …
    Runtime(Runtime),
    /// A type of the API.
    Named(TypeId),
    /// A type that the module of the client declares: `GetOrderReply`.
    Own(String),
    /// `Vec<T>`
    Vec(Box<Self>),
    /// `Option<T>`
    Option(Box<Self>),
    /// `Maybe<T>`: absent, null, or a value.
    Maybe(Box<Self>),
    /// `Box<T>`
    Box(Box<Self>),
    /// `BTreeMap<String, T>`
    Map(Box<Self>),
    /// `serde_json::Value`: any JSON.
    Json,
    /// `()`: only null.
    Unit,
    /// `&T`, with `&str` for a string and `&[T]` for a list.
    Ref(Box<Self>),
    /// `Items<T>`: a stream.
    Items(Box<Self>),
    /// `impl Into<T>`, in arguments.
    Into(Box<Self>),
    /// `impl Into<Option<T>>`, in arguments: what may be `None`. A list is a `&Vec<T>`, as no slice is made of one here.
    IntoOption(Box<Self>),
    /// `impl IntoIterator<Item = impl Into<T>>`, in arguments.
    IntoItems(Box<Self>),
}

/// A type of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Primitive {
    Bool,
    I32,
    I64,
    U32,
    U64,
    F32,
    F64,
}

impl Primitive {
    /// Whether it is an integer.
    #[must_use]
    pub fn is_integer(self) -> bool {
        matches!(self, Self::I32 | Self::I64 | Self::U32 | Self::U64)
    }

    /// As it is printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }
}

/// A type of `lavka_runtime`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Runtime {
    Secret,
    Decimal,
    Date,
    DateTime,
    DateOptionalTime,
    /// Bytes that are Base64 on the wire.
    Base64,
    /// Bytes that are Base64 of the alphabet for URLs.
    Base64Url,
    /// Bytes of a body.
    Bytes,
    /// Content of a part or body that is sent.
    Upload,
    /// A body of any length that is received.
    Download,
}

impl Runtime {
    /// Path in the runtime's crate.
    #[must_use]
    pub fn path(self) -> &'static [&'static str] {
        match self {
            Self::Secret => &["Secret"],
            Self::Decimal => &["Decimal"],
            Self::Date => &["Date"],
            Self::DateTime => &["DateTime"],
            Self::DateOptionalTime => &["DateOptionalTime"],
            Self::Base64 => &["Base64"],
            Self::Base64Url => &["Base64Url"],
            Self::Bytes => &["Bytes"],
            Self::Upload => &["client", "Upload"],
            Self::Download => &["client", "Download"],
        }
    }
}

impl RustType {
    /// `Vec` of this.
    #[must_use]
    pub fn vec(self) -> Self {
        Self::Vec(Box::new(self))
    }

    /// `Option` of this.
    #[must_use]
    pub fn option(self) -> Self {
        Self::Option(Box::new(self))
    }

    /// `Maybe` of this.
    #[must_use]
    pub fn maybe(self) -> Self {
        Self::Maybe(Box::new(self))
    }

    /// `Box` of this.
    #[must_use]
    pub fn boxed(self) -> Self {
        Self::Box(Box::new(self))
    }

    /// A stream of this.
    #[must_use]
    pub fn items(self) -> Self {
        Self::Items(Box::new(self))
    }

    /// A map to this.
    #[must_use]
    pub fn map(self) -> Self {
        Self::Map(Box::new(self))
    }

    /// Whether it is an integer.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        matches!(self, Self::Primitive(primitive) if primitive.is_integer())
    }

    /// A reference to this.
    #[must_use]
    pub fn by_ref(self) -> Self {
        Self::Ref(Box::new(self))
    }

    /// The owned type of a value of the model's type. `upload`: bytes are content that is sent.
    #[must_use]
    pub fn of(ty: &TypeRef, upload: bool) -> Self {
        match ty {
            TypeRef::Scalar(scalar) => Self::of_scalar(*scalar, upload),
            TypeRef::Named(id) => Self::Named(*id),
            TypeRef::List(item) => Self::of(item, upload).vec(),
            TypeRef::Map(value) => Self::of(value, upload).map(),
            TypeRef::Nullable(inner) => Self::of(inner, upload).option(),
            TypeRef::Boxed(inner) => Self::of(inner, upload).boxed(),
            TypeRef::Any { .. } => Self::Json,
        }
    }

    fn of_scalar(scalar: Scalar, upload: bool) -> Self {
        match scalar {
            Scalar::String => Self::String,
            Scalar::Secret => Self::Runtime(Runtime::Secret),
            Scalar::Int32 => Self::Primitive(Primitive::I32),
            Scalar::Int64 => Self::Primitive(Primitive::I64),
            Scalar::UInt32 => Self::Primitive(Primitive::U32),
            Scalar::UInt64 => Self::Primitive(Primitive::U64),
            Scalar::Float32 => Self::Primitive(Primitive::F32),
            Scalar::Float64 => Self::Primitive(Primitive::F64),
            Scalar::Bool => Self::Primitive(Primitive::Bool),
            Scalar::DecimalNumber | Scalar::DecimalString => Self::Runtime(Runtime::Decimal),
            Scalar::Date => Self::Runtime(Runtime::Date),
            Scalar::DateTime | Scalar::RailsTimestamp => Self::Runtime(Runtime::DateTime),
            Scalar::DateOptionalTime => Self::Runtime(Runtime::DateOptionalTime),
            Scalar::Binary if upload => Self::Runtime(Runtime::Upload),
            Scalar::Binary => Self::Runtime(Runtime::Bytes),
            Scalar::Base64 => Self::Runtime(Runtime::Base64),
            Scalar::Base64Url => Self::Runtime(Runtime::Base64Url),
            Scalar::Null => Self::Unit,
        }
    }

    /// Whether `impl Into` of it helps a caller: for strings and structs, which are made of others. A literal number
    /// cannot become `impl Into<u64>`.
    #[must_use]
    pub fn takes_into(&self) -> bool {
        match self {
            Self::Primitive(_) | Self::Vec(_) | Self::Map(_) | Self::Unit | Self::Maybe(_) => false,
            Self::Ref(_) | Self::Into(_) | Self::IntoOption(_) | Self::IntoItems(_) => false,
            Self::Option(_) => false,
            Self::Items(_) => false,
            Self::Runtime(runtime) => matches!(
                runtime,
                Runtime::Secret
                    | Runtime::Upload
                    | Runtime::Bytes
                    | Runtime::Base64
                    | Runtime::Base64Url
            ),
            Self::String | Self::Named(_) | Self::Own(_) | Self::Json | Self::Box(_) => true,
        }
    }

    /// What an argument of this type is declared as: `impl Into` where that helps a caller.
    #[must_use]
    pub fn as_argument(&self) -> Self {
        match self.takes_into() {
            true => Self::Into(Box::new(self.clone())),
            false => self.clone(),
        }
    }

    /// Whether a value is copied rather than moved: numbers and times. Enums of integers are not known here.
    #[must_use]
    pub fn is_copy(&self) -> bool {
        match self {
            Self::Primitive(_) | Self::Unit | Self::Ref(_) => true,
            Self::Runtime(runtime) => matches!(
                runtime,
                Runtime::Decimal | Runtime::Date | Runtime::DateTime | Runtime::DateOptionalTime
            ),
            Self::Option(inner) | Self::Maybe(inner) => inner.is_copy(),
            _ => false,
        }
    }
}
