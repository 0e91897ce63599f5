//! Tags of XML elements, as bodies have them.

use lavka_model::model::{Dialect, XmlBody, XmlName};

/// The name of a root that may be any element: the runtime's `xml::ANY`.
const ANY: &str = "*";

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tag {
    /// Its name.
    pub name: XmlName,
    /// Value of the `type` attribute of Rails.
    pub type_attribute: Option<String>,
}

/// The root of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Root elements that are read; the first is written.
    pub roots: Vec<Tag>,
    /// Elements of items, where the body is a list.
    pub items: Vec<Tag>,
    /// Elements of the items of items that are lists, from the outer lists to the inner ones.
    pub inner: Vec<Tag>,
}

impl Tag {
    fn plain(name: &XmlName) -> Self {
        Self {
            name: name.clone(),
            type_attribute: None,
        }
    }

    fn local(local: &str, type_attribute: Option<&str>) -> Self {
        let name = XmlName {
            local: local.to_owned(),
            namespace: None,
            prefix: None,
        };
        Self {
            name,
            type_attribute: type_attribute.map(str::to_owned),
        }
    }
}

/// The root of a body.
pub(super) fn root(dialect: Dialect, body: &XmlBody) -> Root {
    let rails = dialect == Dialect::Rails;
    let array = (rails && body.item.is_some()).then_some("array");
    let inner = body.inner.iter().map(Tag::plain).collect();
    let Some(root) = &body.root else {
        return Root {
            roots: vec![Tag::local(ANY, None)],
            items: body.item.iter().map(Tag::plain).collect(),
            inner,
        };
    };
    let mut roots = vec![Tag {
        name: root.clone(),
        type_attribute: array.map(str::to_owned),
    }];
    let mut items = Vec::new();
    if let Some(item) = &body.item {
        items.push(Tag::plain(item));
        if rails {
            // How Rails names the roots of lists of mixed or of no items.
            let odd = ["objects", "nil-classes"];
            let odd = odd.into_iter().filter(|odd| *odd != root.local);
            roots.extend(odd.map(|odd| Tag::local(odd, array)));
            if item.local != "object" {
                items.push(Tag::local("object", None));
            }
        }
    }
    Root {
        roots,
        items,
        inner,
    }
}
