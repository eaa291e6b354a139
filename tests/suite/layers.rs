//! The order of the modules in `src`: each uses only what stands below it, no files of a folder use each other in a
//! circle, and no file takes from above what its own `mod.rs` defines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use super::golden::root;

/// From the top down. Modules of one layer use nothing of each other.
const LAYERS: &[&str] = &[
    "cli",
    "pipeline",
    "formats reporters patch",
    "check",
    "validate",
    "components",
    "model",
    "workloads",
    "plan",
    "defaults",
    "manifests providers",
    "kubernetes",
    "config",
    "load",
    "diagnostic files values yaml",
    "sha256 source suggest",
];

/// Modules that are still to be moved, and where they belong.
const MOVING: &[(&str, &str)] = &[("numbers", "model"), ("rules", "check")];

/// What still uses something above it, or beside it.
const ALLOWED_UPWARD: &[&str] = &[
    "components -> rules",
    "components -> validate",
    "formats -> pipeline",
    "manifests -> plan",
    "numbers -> components",
    "plan -> components",
    "plan -> numbers",
    "validate -> rules",
    "workloads -> components",
    "workloads -> numbers",
];

/// Files of a folder that still use each other in a circle.
const ALLOWED_CIRCLES: &[&str] = &[
    "components: descheduler installed observe overprovisioner priority_expander proportional_autoscaler",
    "formats/kustomize: component replacements",
    "numbers: headroom room",
];

/// Folders whose files still take what the folder's `mod.rs` defines.
const ALLOWED_PARENTS: &[&str] = &[
    "components",
    "components/placement",
    "formats",
    "formats/helm",
    "formats/kustomize",
    "numbers",
    "providers",
    "reporters",
    "rules",
];

type Module = Vec<String>;

/// Every module by its path: its code, without comments and tests.
type Code = BTreeMap<Module, String>;

/// Which module uses what of which other.
static USES: LazyLock<BTreeSet<(Module, Module)>> = LazyLock::new(uses);

fn read(folder: &Path, module: &[String], code: &mut Code) {
    for entry in fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        let name = path.file_stem().expect("it has a name").to_string_lossy();
        let inner = [module, &[name.to_string()]].concat();
        if path.is_dir() {
            read(&path, &inner, code);
        } else if !inner.contains(&"tests".to_owned()) && name != "main" {
            let text = fs::read_to_string(&path).expect("src is UTF-8");
            let text = text
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap_or_default();
            let lines = text
                .lines()
                .map(|line| line.split("//").next().unwrap_or_default());
            let is_outer = name == "mod" || name == "lib";
            let module = if is_outer { module.to_vec() } else { inner };
            code.insert(module, lines.collect::<Vec<_>>().join("\n"));
        }
    }
}

/// The paths of a tree at the beginning of a text: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn paths(tree: &str) -> Vec<Module> {
    let tree = tree.trim_start();
    let is_name = |char: char| char.is_alphanumeric() || char == '_' || char == ':';
    let end = tree.find(|char| !is_name(char)).unwrap_or(tree.len());
    let names = tree[..end].split("::").filter(|name| !name.is_empty());
    let stem: Module = names.map(str::to_owned).collect();
    let Some(group) = tree[end..]
        .strip_prefix('{')
        .filter(|_| tree[..end].ends_with("::"))
    else {
        return vec![stem];
    };
    let (mut depth, mut start, mut all) = (0, 0, Vec::new());
    for (at, char) in group.char_indices() {
        if depth == 0 && matches!(char, ',' | '}') {
            let inner = paths(&group[start..at]).into_iter();
            all.extend(inner.map(|inner| [stem.clone(), inner].concat()));
            start = at + 1;
        }
        match char {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            _ => {}
        }
    }
    all
}

/// What each module imports or passes on, as paths from the root.
fn imports(code: &Code) -> BTreeMap<&Module, Vec<Module>> {
    let imports = code.iter().map(|(module, text)| {
        let statements = text.split(';');
        let trees = statements.filter_map(|statement| Some(statement.rsplit_once("use ")?.1));
        let paths = trees.flat_map(paths);
        let whole = paths.filter_map(|path| whole(code, module, path));
        (module, whole.collect())
    });
    imports.collect()
}

/// A path from the root; none where it leads out of `src`.
fn whole(code: &Code, module: &Module, mut path: Module) -> Option<Module> {
    let start = path.first()?.clone();
    path.retain(|name| name != "self");
    let supers = path.iter().take_while(|name| *name == "super").count();
    let around = &module[..module.len().checked_sub(supers)?];
    let inner = [module.as_slice(), &path[..1.min(path.len())]].concat();
    match start.as_str() {
        "crate" => Some(path[1..].to_vec()),
        "super" => Some([around, &path[supers..]].concat()),
        "self" => Some([module.as_slice(), &path].concat()),
        _ => code
            .contains_key(&inner)
            .then(|| [module.as_slice(), &path].concat()),
    }
}

/// The module that defines what a path leads to, through those that pass it on.
fn owner(imports: &BTreeMap<&Module, Vec<Module>>, path: &[String]) -> Module {
    let mut modules = (0..=path.len()).rev().map(|length| path[..length].to_vec());
    let module = modules.find(|module| imports.contains_key(module));
    let module = module.expect("the root is known");
    let Some(name) = path.get(module.len()) else {
        return module;
    };
    let is_it = |import: &&Module| import.last() == Some(name) && !import.starts_with(path);
    match imports[&module].iter().find(is_it) {
        Some(import) => owner(imports, &[import, &path[module.len() + 1..]].concat()),
        None => module,
    }
}

fn uses() -> BTreeSet<(Module, Module)> {
    let mut code = Code::new();
    read(&root().join("src"), &[], &mut code);
    let imports = imports(&code);
    let mut uses = BTreeSet::new();
    for (module, text) in &code {
        let starts = ["crate::", "super::"].into_iter();
        let named = starts.flat_map(|start| text.match_indices(start));
        let named = named.flat_map(|(at, _)| paths(&text[at..]));
        let named = named.filter_map(|path| whole(&code, module, path));
        let all = named.chain(imports[module].iter().cloned());
        let owners = all.map(|path| owner(&imports, &path));
        let others = owners.filter(|owner| owner != module);
        uses.extend(others.map(|owner| (module.clone(), owner)));
    }
    uses
}

/// What was found has to be what is listed: nothing new, and nothing that is no longer so.
fn compare(found: BTreeSet<String>, listed: &[&str]) {
    let listed: BTreeSet<String> = listed.iter().copied().map(str::to_owned).collect();
    let new: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(new.is_empty(), "turn these around: {new:#?}");
    assert!(
        gone.is_empty(),
        "strike these out, they are no longer so: {gone:#?}"
    );
}

#[test]
fn each_module_uses_only_what_stands_below_it() {
    let room = |module: &Module| {
        // The root has the pipeline.
        let name = module.first().map_or("pipeline", String::as_str);
        let moved = MOVING.iter().find(|(now, _)| *now == name);
        let room = moved.map_or(name, |(_, room)| room);
        let mut layers = LAYERS.iter();
        let layer = layers.position(|layer| layer.split(' ').any(|other| other == room));
        let layer = layer.unwrap_or_else(|| panic!("`{name}` stands in no layer"));
        (name.to_owned(), room.to_owned(), layer)
    };
    let upward = USES.iter().filter_map(|(user, used)| {
        let ((user, from, high), (used, to, low)) = (room(user), room(used));
        (from != to && high >= low).then(|| format!("{user} -> {used}"))
    });
    compare(upward.collect(), ALLOWED_UPWARD);
    for (now, _) in MOVING {
        let is_there = USES
            .iter()
            .any(|(user, _)| user[..1.min(user.len())] == [*now]);
        assert!(is_there, "strike out `{now}`: it is moved");
    }
}

#[test]
fn no_files_of_a_folder_use_each_other_in_a_circle() {
    let mut siblings: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (user, used) in USES.iter() {
        let depth = user.iter().zip(used).take_while(|(a, b)| a == b).count();
        if depth > 0 && user.len() > depth && used.len() > depth {
            let folder = siblings.entry(user[..depth].to_vec()).or_default();
            let users = folder.entry(user[depth].clone()).or_default();
            users.insert(used[depth].clone());
        }
    }
    let mut circles = BTreeSet::new();
    for (folder, uses) in &siblings {
        let reached = |from: &String| {
            let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
            while let Some(file) = next.pop() {
                let fresh = uses.get(file).into_iter().flatten();
                next.extend(fresh.filter(|file| reached.insert((*file).clone())));
            }
            reached
        };
        for file in uses.keys() {
            let around = reached(file);
            let around = around.iter().filter(|other| reached(other).contains(file));
            let circle: Vec<&str> = around.map(String::as_str).collect();
            if !circle.is_empty() {
                circles.insert(format!("{}: {}", folder.join("/"), circle.join(" ")));
            }
        }
    }
    compare(circles, ALLOWED_CIRCLES);
}

#[test]
fn no_file_takes_what_its_own_mod_rs_defines() {
    let upward = USES.iter().filter_map(|(user, used)| {
        let is_above = !used.is_empty() && user.starts_with(used);
        is_above.then(|| used.join("/"))
    });
    compare(upward.collect(), ALLOWED_PARENTS);
}
