//! Writes the protocol as TypeScript to standard output.

#![forbid(unsafe_code)]

use std::io::{self, Write};

use httpxide_protocol::{CONSTANTS, Constants, NAMES, Names};

fn main() -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(
        output,
        "/** The protocol between JavaScript and the engine. Generated from crates/protocol by scripts/protocol.mjs: never edited. */"
    )?;
    for names in NAMES {
        write_names(&mut output, names)?;
    }
    for constants in CONSTANTS {
        write_constants(&mut output, constants)?;
    }
    Ok(())
}

fn write_names(output: &mut impl Write, names: &Names) -> io::Result<()> {
    let Names {
        doc,
        list,
        entry,
        literals,
    } = names;
    writeln!(output, "\n/**{doc} @internal */")?;
    writeln!(
        output,
        "export const {list} = [{}] as const;",
        literals.join(", ")
    )?;
    writeln!(output, "/** @internal */")?;
    writeln!(output, "export type {entry} = (typeof {list})[number];")
}

fn write_constants(output: &mut impl Write, constants: &Constants) -> io::Result<()> {
    writeln!(output, "\n//{}", constants.doc)?;
    for (name, number, doc) in constants.entries {
        writeln!(output, "/**{doc} @internal */")?;
        let prefix = constants.prefix;
        // numbers above a byte are bits or limits
        if *number > 0xff {
            writeln!(output, "export const {prefix}_{name} = {number:#x};")?;
        } else {
            writeln!(output, "export const {prefix}_{name} = {number};")?;
        }
    }
    Ok(())
}
