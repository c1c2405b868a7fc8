//! The pages of a file in their order, each an object of its own. Readers forgive trees that are not whole, each in its own way; then
//! nobody could say which page is stamped.

use std::collections::BTreeSet;

use hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier};

use super::StampError;
use super::file::File;
use super::syntax::{entries, items, reference};

/// So many levels of page tree are gone down.
const LEVELS: usize = 64;

/// A page, with what it inherits.
#[derive(Clone)]
pub(super) struct Leaf<'f> {
    pub(super) id: ObjectIdentifier,
    pub(super) dict: Dict<'f>,
    pub(super) resources: Dict<'f>,
    /// Whether it says how large it is.
    pub(super) has_size: bool,
}

/// All pages.
pub(super) fn leaves<'f>(file: &'f File<'_>) -> Result<Vec<Leaf<'f>>, StampError> {
    let catalog = file.catalog()?;
    let root = catalog.get_ref("Pages");
    let root = root.ok_or(StampError::Damaged("it has no pages"))?;
    let (mut leaves, mut seen) = (Vec::new(), BTreeSet::new());
    // Nodes to be visited, the next one last, each below one that is known.
    let mut wanted = vec![(root, None, Dict::empty(), false, 0)];
    let mut count = None;
    while let Some((to, parent, resources, has_size, level)) = wanted.pop() {
        if !seen.insert((to.obj_number, to.gen_number)) || level > LEVELS {
            return Err(StampError::Damaged("its page tree is none"));
        }
        let Some(Object::Dict(dict)) = file.object(to)? else {
            return Err(StampError::Damaged("a page of it is missing"));
        };
        entries(dict.data())?;
        // Most readers inherit that way, and not from above.
        if dict.contains_key("Parent") && dict.get_ref("Parent") != parent {
            return Err(StampError::Damaged("its page tree is none"));
        }
        let own = file.entry::<Dict<'_>>(&dict, "Resources")?;
        let resources = own.unwrap_or(resources);
        let size = file.entry::<Array<'_>>(&dict, "MediaBox")?;
        if size.as_ref().is_some_and(|size| !is_four_numbers(size)) {
            return Err(StampError::Damaged("a page has no size that readers take"));
        }
        let has_size = has_size || size.is_some();
        let kind = dict.get::<Name<'_>>("Type");
        if level > 0 && kind.is_none_or(|kind| kind.as_str() != "Pages") {
            leaves.push(Leaf {
                id: to.into(),
                dict,
                resources,
                has_size,
            });
            continue;
        }
        if level == 0 {
            count = dict.get::<usize>("Count");
        }
        let kids = file.entry::<Array<'_>>(&dict, "Kids")?;
        let kids = kids.ok_or(StampError::Damaged("its page tree is none"))?;
        for kid in items(kids.data())?.into_iter().rev() {
            let kid = reference(kid);
            let kid = kid.ok_or(StampError::Damaged("a page is no object of its own"))?;
            wanted.push((kid, Some(to), resources.clone(), has_size, level + 1));
        }
    }
    if count != Some(leaves.len()) {
        return Err(StampError::Damaged(
            "its page tree has another number of pages than it says",
        ));
    }
    Ok(leaves)
}

fn is_four_numbers(size: &Array<'_>) -> bool {
    let count = items(size.data()).map(|items| items.len());
    count == Ok(4) && size.iter::<f32>().count() == 4
}
