//! The three forms in which the protocol is written.

/// A module of constants.
macro_rules! constants {
    ($(#[doc = $doc:literal])* $module:ident as $prefix:literal {
        $($(#[doc = $entry_doc:literal])* $name:ident = $number:expr,)*
    }) => {
        $(#[doc = $doc])*
        pub mod $module {
            $($(#[doc = $entry_doc])* pub const $name: u32 = $number;)*

            /// All of these.
            pub const CONSTANTS: crate::Constants = crate::Constants {
                doc: concat!($($doc),*),
                prefix: $prefix,
                entries: &[$((stringify!($name), $name, concat!($($entry_doc),*)),)*],
            };
        }
    };
}

/// A module of the positions of words, in order, from a first one on; `WORDS` is the position behind the last.
macro_rules! words {
    ($(#[doc = $doc:literal])* $module:ident as $prefix:literal from $first:expr => {
        $($(#[doc = $entry_doc:literal])* $name:ident,)*
    }) => {
        $(#[doc = $doc])*
        pub mod $module {
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            enum Index { $($name,)* End }

            $($(#[doc = $entry_doc])* pub const $name: usize = $first + Index::$name as usize;)*
            /// Words before the record's bytes.
            pub const WORDS: usize = $first + Index::End as usize;

            /// All of these.
            #[allow(clippy::cast_possible_truncation, reason = "a record has a few words")]
            pub const CONSTANTS: crate::Constants = crate::Constants {
                doc: concat!($($doc),*),
                prefix: $prefix,
                entries: &[
                    $((stringify!($name), $name as u32, concat!($($entry_doc),*)),)*
                    ("WORDS", WORDS as u32, " Words before the record's bytes."),
                ],
            };
        }
    };
}

/// An enumeration whose members cross as their numbers, which count from 0, and have names in TypeScript.
macro_rules! names {
    ($(#[doc = $doc:literal])* $name:ident, list $list:literal of $entry:literal {
        $($(#[doc = $entry_doc:literal])* $variant:ident = $number:literal => $literal:literal,)*
    }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum $name {
            $($(#[doc = $entry_doc])* $variant = $number,)*
        }

        impl $name {
            /// All of them, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];
            /// The same for TypeScript.
            pub const NAMES: crate::Names = crate::Names {
                doc: concat!($($doc),*),
                list: $list,
                entry: $entry,
                literals: &[$(stringify!($literal),)*],
            };
        }

        const _: () = {
            let mut index = 0;
            while index < $name::ALL.len() {
                assert!($name::ALL[index] as usize == index, "numbers count from 0");
                index += 1;
            }
        };
    };
}
