//! The order of the modules in `src`: each uses only what stands below it, no files use each other in a circle, and none
//! takes what the `mod.rs` above it defines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

/// From the top down. Modules of one layer use nothing of each other.
const LAYERS: &[&str] = &[
    "cli",
    "pipeline",
    "diff fix init rehearse status",
    "formats reporters patch simulate",
    "check",
    "components",
    "model",
    "workloads",
    "plan",
    "validate",
    "defaults",
    "manifests providers snapshot",
    "kinds",
    "kubernetes",
    "config",
    "load",
    "diagnostic files values yaml",
    "distinct parallel sha256 source suggest",
];

type Module = Vec<String>;

/// Which module uses what of which other.
static USES: LazyLock<BTreeSet<(Module, Module)>> = LazyLock::new(|| {
    let mut code = BTreeMap::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    read(&root.join("src"), &[], &mut code);
    let named = named(&code);
    let uses = named.iter().flat_map(|(module, paths)| {
        let owners = paths.iter().map(|path| owner(&named, path));
        let others = owners.filter(move |owner| owner != module);
        others.map(|owner| (module.clone(), owner))
    });
    uses.collect()
});

/// The code of every module, without its tests.
fn read(folder: &Path, module: &[String], code: &mut BTreeMap<Module, String>) {
    for entry in fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        let name = path.file_stem().expect("it has a name").to_string_lossy();
        let inner = [module, &[name.to_string()]].concat();
        match &*name {
            "tests" | "main" => {}
            _ if path.is_dir() => read(&path, &inner, code),
            _ => {
                let text = fs::read_to_string(&path).expect("src is UTF-8");
                let (text, _) = text
                    .split_once("#[cfg(test)]\nmod tests {")
                    .unwrap_or((&text, ""));
                let is_outer = matches!(&*name, "mod" | "lib");
                code.insert(
                    if is_outer { module.to_vec() } else { inner },
                    text.to_owned(),
                );
            }
        }
    }
}

/// The paths that stand in the code of every module, from the root.
fn named(code: &BTreeMap<Module, String>) -> BTreeMap<Module, Vec<Module>> {
    let left_out = Regex::new(r"//.*|pub\([^)]*\)").expect("a regex");
    let group = Regex::new(r"([\w:]+::)\{([^{}]*)\}").expect("a regex");
    let path = Regex::new(r"\w+(?:::\w+)+").expect("a regex");
    let named = code.iter().map(|(module, text)| {
        let mut text = left_out.replace_all(text, "").into_owned();
        // `a::{b, c}` is `a::b, a::c`.
        while let Some(tree) = group.captures(&text) {
            let items = tree[2]
                .split(',')
                .map(|item| format!("{}{}", &tree[1], item.trim()));
            let items = items.collect::<Vec<_>>().join(", ");
            text = text.replace(&tree[0], &items);
        }
        let paths = path.find_iter(&text).map(|path| path.as_str().split("::"));
        let paths = paths.map(|names| names.map(str::to_owned).collect());
        let paths = paths.filter_map(|path| from_root(code, module, path));
        (module.clone(), paths.collect())
    });
    named.collect()
}

/// None for a path that begins with a name of another crate, or with an imported one.
fn from_root(code: &BTreeMap<Module, String>, module: &Module, mut path: Module) -> Option<Module> {
    let start = path[0].clone();
    path.retain(|name| name != "self");
    let supers = path.iter().take_while(|name| *name == "super").count();
    let outer = &module[..module.len().checked_sub(supers)?];
    let child = [module.as_slice(), std::slice::from_ref(&start)].concat();
    match start.as_str() {
        "crate" => Some(path[1..].to_vec()),
        "self" | "super" => Some([outer, &path[supers..]].concat()),
        _ => code
            .contains_key(&child)
            .then(|| [module.as_slice(), &path].concat()),
    }
}

/// The module that defines what a path leads to, through those that pass it on.
fn owner(named: &BTreeMap<Module, Vec<Module>>, path: &[String]) -> Module {
    let mut modules = (0..=path.len()).rev().map(|length| path[..length].to_vec());
    let module = modules.find(|module| named.contains_key(module));
    let module = module.expect("the root is known");
    let name = path.get(module.len());
    let is_it = |other: &&Module| other.last() == name && !other.starts_with(path);
    match named[&module].iter().find(is_it).filter(|_| name.is_some()) {
        Some(other) => owner(named, &[other, &path[module.len() + 1..]].concat()),
        None => module,
    }
}

/// Without uses nothing would be held.
#[test]
fn uses_are_found() {
    assert!(USES.len() > 500, "only {} uses were found", USES.len());
}

#[test]
fn each_module_uses_only_what_stands_below_it() {
    let layer = |module: &Module| {
        let name = module.first().map_or("pipeline", String::as_str);
        let mut layers = LAYERS.iter();
        let layer = layers.position(|layer| layer.split(' ').any(|other| other == name));
        let layer = layer.unwrap_or_else(|| panic!("`{name}` stands in no layer"));
        (layer, name.to_owned())
    };
    let upward = USES.iter().filter_map(|(user, used)| {
        let ((from, name), (to, other)) = (layer(user), layer(used));
        (name != other && from >= to).then(|| format!("{name} -> {other}"))
    });
    assert_none(upward);
}

/// The files that each file uses.
type Uses = BTreeMap<String, BTreeSet<String>>;

fn reached_from<'u>(uses: &'u Uses, start: &'u String) -> BTreeSet<&'u String> {
    let (mut met, mut next) = (BTreeSet::new(), vec![start]);
    while let Some(file) = next.pop() {
        let others = uses.get(file).into_iter().flatten();
        next.extend(others.filter(|other| met.insert(*other)));
    }
    met
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let others = USES.iter().filter(|(module, other)| {
        // What stands in a `mod.rs` is the next test's.
        !module.starts_with(other) && !other.starts_with(module)
    });
    let mut uses = Uses::new();
    for (module, other) in others {
        let others = uses.entry(module.join("/")).or_default();
        others.insert(other.join("/"));
    }
    let mut circles = BTreeSet::new();
    for (module, others) in &uses {
        // What is in a circle leads back to itself.
        if !reached_from(&uses, module).contains(module) {
            continue;
        }
        for other in others {
            if reached_from(&uses, other).contains(module) {
                circles.insert(format!("{module} -> {other}"));
            }
        }
    }
    assert_none(circles);
}

#[test]
fn no_file_takes_what_its_own_mod_rs_defines() {
    let upward = USES
        .iter()
        .filter(|(user, used)| !used.is_empty() && user.starts_with(used));
    let upward = upward.map(|(user, used)| format!("{} -> {}", user.join("/"), used.join("/")));
    assert_none(upward);
}

#[test]
fn no_rule_uses_another() {
    let is_rule = |module: &Module| {
        module.len() > 2 && module.starts_with(&["check", "rules"].map(str::to_owned))
    };
    let uses = USES
        .iter()
        .filter(|(user, used)| is_rule(user) && is_rule(used));
    assert_none(uses.map(|(user, used)| format!("{} -> {}", user.join("/"), used.join("/"))));
}

#[test]
fn only_the_command_line_opens_files_or_prints() {
    let mut code = BTreeMap::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    read(&root.join("src"), &[], &mut code);
    let does =
        Regex::new(r"\bfs::|\be?print(ln)?!|process::(exit|Command)|\benv::").expect("a regex");
    let others = code.iter().filter(|(module, text)| {
        let name = module.first().map_or("", String::as_str);
        !matches!(name, "cli" | "") && does.is_match(text)
    });
    assert_none(others.map(|(module, _)| module.join("/")));
}

/// Whatever there is, is to be turned around or moved.
fn assert_none(found: impl IntoIterator<Item = String>) {
    let found: BTreeSet<String> = found.into_iter().collect();
    assert!(found.is_empty(), "{found:#?}");
}
