# SPDX-License-Identifier: BSD-2-Clause
#
# compile_commands.awk - how each source is compiled, as JSON for editors and
# analysers (clang's compilation database).
#
# usage: make -Bn TARGET... | awk -v directory="$PWD" -f compile_commands.awk
#
# Reads what make would run. A command counts if it names sources (.c, .S) and
# writes something. Each source is in the output once: by the first command
# that compiles it. What has been fetched into build/ is not ours.

# quoted() - a text as JSON's.
function quoted(s) {
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	gsub(/\t/, " ", s)
	return "\"" s "\""
}

# entry() - one source.
function entry(file) {
	printf "%s\n{ \"directory\": %s,\n  \"file\": %s,\n  \"command\": %s }", \
		count++ ? "," : "[", quoted(directory), quoted(file), \
		quoted(command)
}

{
	more = sub(/\\$/, "")
	sub(/^[ \t]+/, "")
	command = command $0
	if (more)
		next
	if (command ~ / -o / && command !~ /[;|&]/) {
		n = split(command, word, /[ \t]+/)
		for (i = 2; i <= n; i++)
			if (word[i] ~ /\.[cS]$/ && word[i] !~ /^build/ &&
			    !(word[i] in seen)) {
				seen[word[i]] = 1
				entry(word[i])
			}
	}
	command = ""
}
END { print count ? "\n]" : "[]" }
