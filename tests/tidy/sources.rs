//! The sources as syntax trees, without their tests, and the modules that a file names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Item, ItemMod, Macro, Meta, UseTree,
    visit::{self, Visit},
};

/// One file of `src`.
pub struct Source {
    /// Its path below `src`.
    pub name: String,
    /// As it is written.
    pub text: String,
    /// Its syntax tree, without what is compiled for tests only.
    pub tree: syn::File,
}

impl Source {
    /// Reads a text as if it was a file of this name.
    pub fn of(name: &str, text: &str) -> Self {
        let mut tree = syn::parse_file(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        tree.items.retain(|item| !is_of_tests(item));
        Self { name: name.to_owned(), text: text.to_owned(), tree }
    }

    /// Whether it holds tests and nothing else.
    pub fn is_test(&self) -> bool {
        let stem = self.name.rsplit('/').next().unwrap_or(&self.name);
        stem.ends_with("tests.rs") || matches!(stem, "testing.rs" | "fixtures.rs" | "scripted.rs")
    }

    /// The source without its tests: everything before the first test module.
    pub fn code(&self) -> &str {
        let end = self.text.find("\n#[cfg(test)]\nmod tests").unwrap_or(self.text.len());
        &self.text[..end]
    }

    /// The same without comments, so that words in them are no findings.
    pub fn bare(&self) -> String {
        bare(self.code())
    }

    /// The top-level module it belongs to.
    pub fn layer(&self) -> &str {
        self.name.split(['/', '.']).next().unwrap_or_default()
    }

    /// The module it is, from the root of the crate.
    pub fn module(&self) -> Vec<String> {
        let path = self.name.trim_end_matches(".rs");
        let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
        if parts.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
            parts.pop();
        }
        parts
    }

    /// Every path that it names outside of its tests, from the root: `crate` and the modules, or the name of a crate.
    pub fn paths(&self) -> BTreeSet<Vec<String>> {
        let mut imported = Imported { module: self.module(), names: BTreeMap::new() };
        imported.visit_file(&self.tree);
        let mut found = Paths { module: self.module(), imported: imported.names, found: BTreeSet::new() };
        found.visit_file(&self.tree);
        found.found
    }
}

/// A text without comments.
pub fn bare(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Every file of `src`.
pub fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut found = Vec::new();
    walk(&src, &mut found);
    found.sort();
    let name = |path: &Path| path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
    found.iter().map(|path| Source::of(&name(path), &fs::read_to_string(path).unwrap())).collect()
}

/// Where the project is.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn is_of_tests(item: &Item) -> bool {
    let attrs: &[Attribute] = match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        _ => &[],
    };
    attrs.iter().any(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string() == "test",
        _ => false,
    })
}

/// A path from the root of the crate: `crate` and the modules, or as it is where it begins with another name.
fn from_root(module: &[String], path: &[String]) -> Vec<String> {
    let relative = |name: &String| matches!(name.as_str(), "self" | "super");
    if !path.first().is_some_and(relative) {
        return path.to_vec();
    }
    let up = path.iter().take_while(|name| relative(name)).filter(|name| *name == "super").count();
    let from = &module[..module.len().saturating_sub(up)];
    let rest = path.iter().skip_while(|name| relative(name));
    ["crate".to_owned()].iter().chain(from).chain(rest).cloned().collect()
}

/// The names that `use` brings into a file, with their paths: what is called through an imported module is a use of what is in it.
struct Imported {
    module: Vec<String>,
    names: BTreeMap<String, Vec<String>>,
}

impl Imported {
    fn add(&mut self, tree: &UseTree, before: &mut Vec<String>) {
        let (path, name) = match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.add(&path.tree, before);
                before.pop();
                return;
            }
            UseTree::Group(group) => return group.items.iter().for_each(|item| self.add(item, before)),
            UseTree::Name(name) if name.ident == "self" => (None, before.last().cloned()),
            UseTree::Name(name) => (Some(name.ident.to_string()), Some(name.ident.to_string())),
            UseTree::Rename(rename) => (Some(rename.ident.to_string()), Some(rename.rename.to_string())),
            UseTree::Glob(_) => return,
        };
        let path: Vec<String> = before.iter().cloned().chain(path).collect();
        if let Some(name) = name {
            self.names.insert(name, from_root(&self.module, &path));
        }
    }
}

impl<'ast> Visit<'ast> for Imported {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add(&item.tree, &mut Vec::new());
    }
}

/// Collects paths, from the root of the crate.
struct Paths {
    /// The module whose paths are read.
    module: Vec<String>,
    /// What its imports name.
    imported: BTreeMap<String, Vec<String>>,
    found: BTreeSet<Vec<String>>,
}

impl Paths {
    fn add(&mut self, path: &[String]) {
        if path.len() > 1
            && let Some(before) = self.imported.get(&path[0])
        {
            self.found.insert(before.iter().chain(&path[1..]).cloned().collect());
        }
        let whole = from_root(&self.module, path);
        if whole.first().is_some_and(|first| first != "crate") {
            // A crate, a child of this module, or something that was imported before.
            let child = self.module.iter().chain(path).cloned().collect::<Vec<_>>();
            self.found.insert([vec!["crate".to_owned()], child].concat());
        }
        self.found.insert(whole);
    }

    /// Paths in what a macro is given.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if path.is_empty() || colons == 2 => {
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => colons += 1,
                other => {
                    self.end(&mut path);
                    colons = 0;
                    match other {
                        TokenTree::Group(group) => self.add_tokens(group.stream()),
                        TokenTree::Ident(ident) => path.push(ident.to_string()),
                        TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                    }
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        if path.len() > 1 {
            self.add(path);
        }
        path.clear();
    }

    fn add_use(&mut self, tree: &UseTree, before: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.add_use(&path.tree, before);
                before.pop();
            }
            UseTree::Name(name) => self.add_with(before, &name.ident.to_string()),
            UseTree::Rename(rename) => self.add_with(before, &rename.ident.to_string()),
            UseTree::Glob(_) => self.add(&before.clone()),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.add_use(item, before)),
        }
    }

    fn add_with(&mut self, before: &[String], last: &str) {
        let path: Vec<String> = before.iter().cloned().chain([last.to_owned()]).collect();
        self.add(&path);
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_use(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let path: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.add(&path);
        }
        visit::visit_path(self, path);
    }

    /// A visibility says who may see an item, and needs nothing of the module it names.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_macro(&mut self, made: &'ast Macro) {
        self.add_tokens(made.tokens.clone());
        visit::visit_macro(self, made);
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        self.add_tokens(list.tokens.clone());
        visit::visit_meta_list(self, list);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }
}

/// Which files a file imports from.
pub type Imports = BTreeMap<String, BTreeSet<String>>;

/// The imports among the files that are no tests.
pub fn imports(sources: &[Source]) -> Imports {
    let production: Vec<&Source> = sources.iter().filter(|source| !source.is_test()).collect();
    let files: BTreeMap<Vec<String>, &str> =
        production.iter().map(|file| (file.module(), file.name.as_str())).collect();
    let file_of = |path: &[String]| (1..=path.len()).rev().find_map(|end| files.get(&path[..end]).copied());
    let imports = |file: &Source| {
        let own = file.paths().into_iter().filter(|path| path.first().is_some_and(|first| first == "crate"));
        let others = own.filter_map(|path| file_of(&path[1..])).filter(|other| *other != file.name);
        others.map(str::to_owned).collect::<BTreeSet<String>>()
    };
    production.iter().map(|file| (file.name.clone(), imports(file))).collect()
}
