# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# complete.bash - bash's completion for Hostel's programs.
#
# Before this text, `make` puts the tables that are made from those of --help:
# _hostel_options NAME		its options; NAME is "hostel run", "vmnetd"
# _hostel_operands NAME		how files end that may stand behind it ("-":
#				none may), and the words that may
# _hostel_values "NAME OPTION"	words, or FILES; fails if it has no value
# _hostel_parts "NAME OPTION"	what may stand behind a comma in its value
# It needs nothing else, bash-completion neither.

# _hostel_split - $words: the line up to the cursor. bash has taken words apart
# at '=' and ':', which we put together again.
_hostel_split()
{
	local i word glue=
	words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ $word == [=:]* && $i -gt 0 ]]; then
			words[-1]+=$word glue=yes
		elif [ -n "$glue" ]; then
			words[-1]+=$word glue=
		else
			words+=("$word")
		fi
	done
}

# _hostel_files PREFIX TYPED [END] - files, with PREFIX put before each; with
# END, only folders and files that end in .END
_hostel_files()
{
	local file
	while IFS= read -r file; do
		[ -n "${3:-}" ] && [[ $file != *.$3 && ! -d $file ]] ||
			found+=("$1$file")
	done < <(compgen -f -- "$2")
	compopt -o filenames 2>/dev/null
}

# _hostel_words PREFIX TYPED WORD... - those of the words that go on so
_hostel_words()
{
	local word prefix=$1 typed=$2
	shift 2
	for word; do
		[[ $word != "$typed"* ]] || found+=("$prefix$word")
	done
}

# _hostel_value KEY PREFIX TYPED - the value of an option
_hostel_value()
{
	local allowed parts
	allowed=$(_hostel_values "$1")
	if [ "$allowed" = FILES ]; then
		_hostel_files "$2" "$3"
	elif [[ $3 == *,* ]] && parts=$(_hostel_parts "$1"); then
		# shellcheck disable=SC2086
		_hostel_words "$2${3%,*}," "${3##*,}" $parts
	elif [[ $3 == bridged=* ]]; then
		# shellcheck disable=SC2046
		_hostel_words "$2bridged=" "${3#*=}" \
			$(cd /sys/class/net && echo *)
	elif [[ $3 == file:* ]]; then
		_hostel_files "$2file:" "${3#*:}"
	else
		# shellcheck disable=SC2086
		_hostel_words "$2" "$3" $allowed
	fi
}

# _hostel_operand NAME TYPED - what stands behind a command
_hostel_operand()
{
	local allowed
	read -ra allowed < <(_hostel_operands "$1")
	_hostel_words "" "$2" "${allowed[@]:1}"
	[ "${allowed[0]:--}" = - ] || _hostel_files "" "$2" "${allowed[0]}"
}

_hostel()
{
	local words found=() name last before option
	_hostel_split
	last=${words[-1]} name=${words[0]##*/}
	before=${#words[@]}
	if [ "$name" = hostel ] && [ "$before" -gt 2 ]; then
		name="hostel ${words[1]}"
	fi
	before=${words[before - 2]}
	option=${last%%=*}
	if _hostel_values "$name $before" >/dev/null; then
		_hostel_value "$name $before" "" "$last"
	elif [[ $last == -*=* ]] && _hostel_values "$name $option" >/dev/null
	then
		_hostel_value "$name $option" "$option=" "${last#*=}"
	elif [[ $last == -* ]]; then
		# shellcheck disable=SC2046
		_hostel_words "" "$last" $(_hostel_options "$name")
	else
		_hostel_operand "$name" "$last"
	fi
	# What bash has taken apart it puts before the answer by itself.
	COMPREPLY=("${found[@]#"${last%"${last##*[=:]}"}"}")
	if [ "${#found[@]}" -eq 1 ] && [[ ${found[0]} == *[=:] ]]; then
		compopt -o nospace 2>/dev/null
	fi
	return 0
}
complete -F _hostel hostel vmnetd vmnet-bridge vmnet-adapter nettest
