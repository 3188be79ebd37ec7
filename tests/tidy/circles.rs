//! Circles of imports: files each of which needs all of the others to be understood.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::Imports;

/// Every set of files that import each other in a circle, the largest first.
pub fn circles(imports: &Imports) -> Vec<Vec<String>> {
    let mut search = Search {
        imports,
        index: BTreeMap::new(),
        low: BTreeMap::new(),
        stack: Vec::new(),
        open: BTreeSet::new(),
        found: Vec::new(),
    };
    for file in imports.keys() {
        if !search.index.contains_key(file.as_str()) {
            search.visit(file);
        }
    }
    search.found.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
    search.found
}

/// Tarjan's search for strongly connected parts.
struct Search<'a> {
    imports: &'a Imports,
    index: BTreeMap<&'a str, usize>,
    low: BTreeMap<&'a str, usize>,
    stack: Vec<&'a str>,
    open: BTreeSet<&'a str>,
    found: Vec<Vec<String>>,
}

impl<'a> Search<'a> {
    fn visit(&mut self, file: &'a str) {
        let at = self.index.len();
        self.index.insert(file, at);
        self.low.insert(file, at);
        self.stack.push(file);
        self.open.insert(file);
        for other in self.imports.get(file).into_iter().flatten() {
            if !self.index.contains_key(other.as_str()) {
                self.visit(other);
                self.lower(file, self.low[other.as_str()]);
            } else if self.open.contains(other.as_str()) {
                self.lower(file, self.index[other.as_str()]);
            }
        }
        if self.low[file] == at {
            let from = self.stack.iter().position(|other| *other == file).unwrap();
            let circle: Vec<&str> = self.stack.drain(from..).collect();
            for other in &circle {
                self.open.remove(other);
            }
            if circle.len() > 1 {
                self.found.push(circle.into_iter().map(str::to_owned).collect());
            }
        }
    }

    fn lower(&mut self, file: &'a str, to: usize) {
        let low = self.low[file].min(to);
        self.low.insert(file, low);
    }
}
