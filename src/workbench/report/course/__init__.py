"""
Teaching with the notebooks: copies for students, copies of one's own, and grading.

`copies` writes notebooks that belong to somebody and never overwrites one. `grading` runs what was
handed in: `attempt` is the program of one run, in a process and folders of its own; `submission`
says whose it is and what was written; `marks` and `feedback` put down what was found. Touch this
package when the course changes; exercises and their truths are in `studies.exercises`.
"""
