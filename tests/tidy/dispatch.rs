//! Matches over commands, messages and effects, read from the syntax tree: one that has an arm for whatever is left would
//! compile with a forgotten one.

use std::collections::BTreeMap;

use syn::{
    ExprMatch, Pat, UseTree,
    visit::{self, Visit},
};

use crate::sources::Source;

/// Enums whose matches name every variant, beside those whose names end with `Command`.
const DISPATCHED: [&str; 6] = ["ByContext", "Effect", "Msg", "Outcome", "Question", "Reply"];

/// Where a match over one of these enums has an arm for everything else.
pub fn catch_alls(source: &Source) -> Vec<String> {
    let mut matches = Matches { renamed: BTreeMap::new(), found: Vec::new() };
    matches.visit_file(&source.tree);
    matches.found.into_iter().map(|(line, name)| format!("{}:{line} catches all of {name}", source.name)).collect()
}

struct Matches {
    /// Other names of enums, as `use DraftCommand as C` gives them.
    renamed: BTreeMap<String, String>,
    found: Vec<(usize, String)>,
}

impl Matches {
    fn rename(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.rename(&path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.rename(item)),
            UseTree::Rename(rename) => {
                self.renamed.insert(rename.rename.to_string(), rename.ident.to_string());
            }
            UseTree::Name(_) | UseTree::Glob(_) => {}
        }
    }

    /// The enum that a pattern names a variant of.
    fn dispatched(&self, pat: &Pat) -> Option<String> {
        let path = match pat {
            Pat::Path(path) => &path.path,
            Pat::TupleStruct(tuple) => {
                let inner = tuple.elems.iter().find_map(|pat| self.dispatched(pat));
                return self.of_path(&tuple.path).or(inner);
            }
            Pat::Struct(fields) => &fields.path,
            Pat::Ident(ident) => return ident.subpat.as_ref().and_then(|(_, pat)| self.dispatched(pat)),
            Pat::Or(or) => return or.cases.iter().find_map(|pat| self.dispatched(pat)),
            Pat::Paren(paren) => return self.dispatched(&paren.pat),
            Pat::Reference(reference) => return self.dispatched(&reference.pat),
            Pat::Tuple(tuple) => return tuple.elems.iter().find_map(|pat| self.dispatched(pat)),
            _ => return None,
        };
        self.of_path(path)
    }

    fn of_path(&self, path: &syn::Path) -> Option<String> {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let name = parts.len().checked_sub(2).map(|at| &parts[at])?;
        let name = self.renamed.get(name).unwrap_or(name);
        (name.ends_with("Command") || DISPATCHED.contains(&name.as_str())).then(|| name.clone())
    }
}

/// Whether a pattern fits whatever is there, or whatever is in there.
fn fits_all(pat: &Pat) -> bool {
    match pat {
        Pat::Wild(_) | Pat::Rest(_) => true,
        // A name in capitals is a variant or a constant: `None`.
        Pat::Ident(ident) if ident.ident.to_string().starts_with(char::is_uppercase) => false,
        Pat::Ident(ident) => ident.subpat.as_ref().is_none_or(|(_, pat)| fits_all(pat)),
        Pat::Or(or) => or.cases.iter().any(fits_all),
        Pat::Paren(paren) => fits_all(&paren.pat),
        Pat::Reference(reference) => fits_all(&reference.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().all(fits_all),
        Pat::TupleStruct(tuple) => {
            let is_wrapper = ["Some", "Ok", "Err"].iter().any(|name| tuple.path.is_ident(name));
            is_wrapper && tuple.elems.iter().all(fits_all)
        }
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Matches {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.rename(&item.tree);
    }

    fn visit_expr_match(&mut self, matched: &'ast ExprMatch) {
        let name = matched.arms.iter().find_map(|arm| self.dispatched(&arm.pat));
        let catches = matched.arms.iter().find(|arm| arm.guard.is_none() && fits_all(&arm.pat));
        if let (Some(name), Some(_)) = (name, catches) {
            self.found.push((matched.match_token.span.start().line, name));
        }
        visit::visit_expr_match(self, matched);
    }
}
