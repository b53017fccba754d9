"""Examples that stand below the help of a command. The marker keeps click from joining lines."""

EXAMPLES = """\b
Examples:
  workbench run                          the communities at hand, all studies
  workbench load auto export.zip --name mine
  workbench check mine                   what was kept, what was set aside and why
  workbench profile mine                 your community on one page
  workbench run --datasets mine          the studies, for your community only
"""

RUN_EXAMPLES = """\b
Examples:
  workbench run
  workbench run --study 01 --datasets college-messages,mine
  workbench run --output ~/reports-of-march
  workbench run --offline                fetch nothing, not even what is small and open
Pages that are up to date are not run again.
"""

LIST_EXAMPLES = """\b
Example:
  workbench list
"""

CHECK_EXAMPLES = """\b
Example:
  workbench check college-messages
"""

LOAD_EXAMPLES = """\b
Examples:
  workbench load auto export.zip --name mine
  workbench load table posts.csv --name mine --timezone Europe/Rome \\
      --map post_id=id,thread_id=topic,author_id=user,created_at=when
  workbench load chit-chat               a data set that comes with the workbench
  workbench load crowd-cf                one that workbench get crowd-cf has fetched
  workbench load table --help            what a table may look like, and all choices
"""

TABLE_EXAMPLES = """\b
Examples:
  workbench load table posts.csv --name mine --timezone Europe/Rome \\
      --map post_id=id,thread_id=topic,author_id=user,created_at=when
  workbench load table posts.parquet --name mine --thread-ids topic --record-start launch
"""


SIMULATE_EXAMPLES = """\b
Examples:
  workbench simulate practice            one small community, an effect of 0.1
  workbench simulate strong --size default --seed 7 --effect tau=0.4 --effect tau2=0.2
  workbench simulate clean --without all --keep-export ~/clean-export
  workbench run --datasets practice      the pages of what was made
"""


CALIBRATE_EXAMPLES = """\b
Examples:
  workbench calibrate
  workbench calibrate --replicates 100 --output quick.json     a quick look, wider bands
"""


def reader_example(name: str) -> str:
    """How a reader without a map of columns is called."""
    return f"\b\nExample:\n  workbench load {name} PATH --name mine\n"


def embedded_example(name: str) -> str:
    """How a data set of the catalogue is loaded, and loaded once more."""
    return f"\b\nExamples:\n  workbench load {name}\n  workbench load {name} --force\n"


GET_EXAMPLES = """\b
Examples:
  workbench get crowd-cf                 then: workbench load crowd-cf
  workbench get --open --dry-run         what would be fetched, how much, from where
  workbench get navajas-estimates --accept-licence
Offline, a message says which file to save where by hand.
"""


REMOVE_EXAMPLES = """\b
Examples:
  workbench remove mine
  workbench remove mine --yes            without being asked
"""

LAB_EXAMPLES = """\b
Examples:
  workbench lab                          then open 00_start_here
  workbench lab --no-browser --port 9000
"""

DOCTOR_EXAMPLES = """\b
Example:
  workbench doctor                       ends with status 1 where there is a problem
"""
