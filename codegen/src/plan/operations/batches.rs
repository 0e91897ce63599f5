//! Lists that are sent in parts (`x-batch`).

use lavka_model::model::{
    Api, Batch as BatchFact, Content, Operation as Fact, Presence, TypeId, TypeRef,
};

use crate::plan::docs::Docs;
use crate::plan::names::{Name, TypeNames};
use crate::plan::rust_type::RustType;

/// The method that sends a list in parts (`x-batch`).
#[derive(Clone, Debug)]
pub struct Batches {
    /// Its name.
    pub name: Name,
    /// Documentation; empty in an outline.
    pub docs: Docs,
    /// Type of the items.
    pub item: RustType,
    /// Largest part.
    pub max: u64,
    /// The field of the body's struct that is split; `None` where the body is the list.
    pub field: Option<Name>,
}

/// A list that is split.
pub(super) struct Split {
    item: RustType,
    max: u64,
    /// The struct and the number of its field; `None` where the body is the list.
    field: Option<(TypeId, usize)>,
}

impl Split {
    /// The method of an operation with this name.
    pub(super) fn method(&self, types: &TypeNames, name: &Name) -> Batches {
        let field = |(id, index): (TypeId, usize)| types.members(id)[index].clone();
        Batches {
            name: name.affixed("", "_in_batches"),
            docs: Docs::default(),
            item: self.item.clone(),
            max: self.max,
            field: self.field.map(field),
        }
    }
}

/// The list that is split, where the operation has one.
pub(super) fn batch(api: &Api, fact: &Fact, content: Option<&Content>) -> Option<Split> {
    let BatchFact { property, max } = fact.batch.as_ref()?;
    let content = content?;
    if !fact.params.is_empty() {
        return None;
    }
    let (list, field) = match &content.ty {
        TypeRef::Named(id) => {
            let (_, s) = api.object(&content.ty)?;
            let index = s
                .fields
                .iter()
                .position(|f| f.wire == *property && f.presence == Presence::Required)?;
            (&s.fields[index].ty, Some((*id, index)))
        }
        list => (list, None),
    };
    let TypeRef::List(item) = list else {
        return None;
    };
    Some(Split {
        item: RustType::of(item, false),
        max: (*max)?,
        field,
    })
}
