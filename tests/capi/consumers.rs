//! Projects that only know the installed tree: CMake, make with pkg-config, ctypes and LuaJIT. The tree is
//! moved first, to show that it can be.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use stskit::emulator::Emulator;

use crate::toolbox::{folder, on_emulator, root, run, said, tree};

/// A copy of the tree somewhere else.
fn moved(name: &str) -> PathBuf {
    let place = folder("moved").join(name);
    fs::create_dir_all(&place).unwrap();
    run(Command::new("cp").arg("-a").arg(tree().join(".")).arg(&place));
    place
}

fn check(program: &Path, library: Option<&Path>) {
    let emulator = Emulator::start().unwrap();
    let mut command = on_emulator(program, &emulator);
    if let Some(folder) = library {
        command.env("LD_LIBRARY_PATH", folder);
    }
    let output = run(&mut command);
    assert!(said(&output).contains(Emulator::ACCESS_KEY_ID), "{}", said(&output));
}

#[test]
fn a_cmake_project_finds_both_targets() {
    let (tree, project) = (moved("a folder/with blanks"), folder("cmake"));
    fs::copy(root().join("examples/c/credentials.c"), project.join("main.c")).unwrap();
    fs::copy(root().join("examples/cpp/credentials.cpp"), project.join("main.cpp")).unwrap();
    let lists = "cmake_minimum_required(VERSION 3.16)\nproject(consumer C CXX)\n\
        set(CMAKE_CXX_STANDARD 17)\nset(CMAKE_C_STANDARD 99)\nfind_package(stskit 0.1.0 REQUIRED)\n\
        add_executable(shared main.c)\ntarget_link_libraries(shared PRIVATE stskit::shared)\n\
        add_executable(static main.cpp)\ntarget_link_libraries(static PRIVATE stskit::static)\n";
    fs::write(project.join("CMakeLists.txt"), lists).unwrap();
    let build = project.join("build");
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(&project).arg("-B").arg(&build);
    run(configure.arg(format!("-DCMAKE_PREFIX_PATH={}", tree.display())));
    run(Command::new("cmake").arg("--build").arg(&build));
    check(&build.join("shared"), None);
    check(&build.join("static"), None);
    // A newer version than the installed one is refused.
    fs::write(project.join("CMakeLists.txt"), lists.replace("0.1.0", "9.0")).unwrap();
    let refused = Command::new("cmake").arg("-S").arg(&project).arg("-B").arg(project.join("other")).output().unwrap();
    assert!(!refused.status.success());
}

#[test]
fn a_make_project_finds_the_library_by_pkg_config() {
    let (tree, project) = (moved("elsewhere"), folder("make"));
    fs::copy(root().join("examples/c/credentials.c"), project.join("main.c")).unwrap();
    let makefile = "main: main.c\n\t$(CC) -std=c99 -o $@ main.c `pkg-config --cflags --libs stskit`\n";
    fs::write(project.join("Makefile"), makefile).unwrap();
    let mut make = Command::new("make");
    run(make.current_dir(&project).env("PKG_CONFIG_PATH", tree.join("lib/pkgconfig")));
    check(&project.join("main"), Some(&tree.join("lib")));
}

#[test]
fn an_autotools_project_finds_the_library_by_pkg_config() {
    let (tree, project) = (moved("elsewhere"), folder("autotools"));
    fs::copy(root().join("examples/c/credentials.c"), project.join("main.c")).unwrap();
    let configure = "AC_INIT([consumer], [1.0])\nAM_INIT_AUTOMAKE([foreign])\nAC_PROG_CC\n\
        PKG_CHECK_MODULES([STSKIT], [stskit >= 0.1])\nAC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n";
    let makefile = "bin_PROGRAMS = consumer\nconsumer_SOURCES = main.c\nconsumer_CFLAGS = $(STSKIT_CFLAGS)\n\
        consumer_LDADD = $(STSKIT_LIBS)\n";
    fs::write(project.join("configure.ac"), configure).unwrap();
    fs::write(project.join("Makefile.am"), makefile).unwrap();
    run(Command::new("autoreconf").arg("-i").current_dir(&project));
    run(Command::new("./configure").current_dir(&project).env("PKG_CONFIG_PATH", tree.join("lib/pkgconfig")));
    run(Command::new("make").current_dir(&project));
    check(&project.join("consumer"), Some(&tree.join("lib")));
}

/// The facts of the header, as a C compiler sees them and as LuaJIT does: values of enumerations, and calls.
#[test]
fn luajit_and_ctypes_load_the_same_facts() {
    let cdef = fs::read_to_string(tree().join("include/stskit.cdef.h")).unwrap();
    let mut names: Vec<&str> = cdef.split_whitespace().filter(|word| word.starts_with("STSKIT_")).collect();
    names.sort_unstable();
    assert!(names.len() > 40, "{}", names.len());
    let mut c = "#include <stdio.h>\n#include <stskit.h>\nint main(void) {\n".to_owned();
    let mut lua = "local ffi = require('ffi')\nffi.cdef(io.open(arg[1]):read('*a'))\n\
        local lib = ffi.load(arg[2])\n"
        .to_owned();
    for name in &names {
        c.push_str(&format!("printf(\"{name}=%d\\n\", (int){name});\n"));
        lua.push_str(&format!("print('{name}=' .. tonumber(ffi.C.{name}))\n"));
    }
    c.push_str("printf(\"%s %s\\n\", stskit_version(), stskit_status_name(3));\nreturn 0;\n}\n");
    lua.push_str("print(ffi.string(lib.stskit_version()) .. ' ' .. ffi.string(lib.stskit_status_name(3)))\n");
    let place = folder("facts");
    fs::write(place.join("facts.c"), c).unwrap();
    fs::write(place.join("facts.lua"), lua).unwrap();
    let lib = tree().join("lib");
    let mut compile = Command::new("cc");
    compile.arg("-o").arg(place.join("facts")).arg(place.join("facts.c"));
    compile.arg("-I").arg(tree().join("include")).arg("-L").arg(&lib).arg("-lstskit");
    run(compile.arg(format!("-Wl,-rpath,{}", lib.display())));
    let from_c = said(&run(&mut Command::new(place.join("facts"))));
    let mut luajit = Command::new("luajit");
    luajit.arg(place.join("facts.lua")).arg(tree().join("include/stskit.cdef.h")).arg(lib.join("libstskit.so"));
    assert_eq!(said(&run(&mut luajit)), from_c);

    let python = "import ctypes, sys\n\
        lib = ctypes.CDLL(sys.argv[1])\n\
        for name in ('stskit_version', 'stskit_status_name'):\n    getattr(lib, name).restype = ctypes.c_char_p\n\
        print(lib.stskit_version().decode(), lib.stskit_status_name(3).decode())\n";
    let output = run(Command::new("python3").arg("-c").arg(python).arg(lib.join("libstskit.so")));
    assert_eq!(said(&output), from_c.lines().last().unwrap().to_owned() + "\n");
}
