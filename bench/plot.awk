# SPDX-License-Identifier: BSD-2-Clause
#
# plot.awk - the plots among results.awk's records, as gnuplot's input; each
# is drawn into ID.svg. A plot without points is left out.

BEGIN {
	FS = "\t"
	print "set terminal svg size 860,420 font 'sans-serif,13' " \
		"background rgb 'white'"
	print "set datafile separator '\\t'"
	print "set grid ytics lc rgb '#dddddd'"
	print "set border 3"
	print "set tics nomirror"
	print "set key outside right"
}

# quoted() - for gnuplot; within '', only ' is special
function quoted(s) {
	gsub(/'/, "''", s)
	return "'" s "'"
}

$1 == "plot" {
	id = $2
	plot[++plots] = id
	kind[id] = $3
	title[id] = $4
	x_name[id] = $5
	y_name[id] = $6
}
$1 == "point" {
	if (!(($2, $3) in index_of)) {
		name[$2, ++series[$2]] = $3
		index_of[$2, $3] = series[$2]
	}
	if (!(($2, $4) in place))
		xs[$2, place[$2, $4] = ++places[$2]] = $4
	value[$2, $3, $4] = $5
}

# data() - a table: a line for each place on the x axis, a column a series
function data(id,    i, j, x, k) {
	print "$data << END"
	for (i = 1; i <= places[id]; i++) {
		x = xs[id, i]
		printf "%s", x
		for (j = 1; j <= series[id]; j++) {
			k = id SUBSEP name[id, j] SUBSEP x
			printf "\t%s", (k in value) ? value[k] : "NaN"
		}
		print ""
	}
	print "END"
}

function draw(id,    j, lines, sep) {
	lines = kind[id] != "bars"
	print "\nset output '" id ".svg'"
	print "set title " quoted(title[id]) " noenhanced"
	print "set xlabel " quoted(x_name[id])
	print "set ylabel " quoted(y_name[id])
	data(id)
	print "set autoscale\nunset logscale"
	if (lines)
		print (kind[id] == "log" ? "set logscale y\n" : "") \
			"set logscale x 2\nset xtics (512, '1K' 1024, '2K' " \
			"2048, '4K' 4096, '8K' 8192, '16K' 16384, '32K' " \
			"32768, '64K' 65536)\nset xrange [400:82000]"
	else
		print "set xtics autofreq noenhanced\nset xrange " \
			"[-0.6:" places[id] - 0.4 "]\nset style data histograms\nset style fill " \
			"solid 0.8 border -1\nset boxwidth 0.85"
	print "set yrange [" (kind[id] == "log" ? "10" : "0") ":*]"
	printf "plot "
	for (j = 1; j <= series[id]; j++) {
		printf "%s$data using %s title %s noenhanced%s", sep,
			lines ? "1:" j + 1 : j + 1 ":xtic(1)",
			quoted(name[id, j]),
			lines ? " with linespoints lw 2" : ""
		sep = ", "
	}
	print ""
}

END {
	for (i = 1; i <= plots; i++)
		if (series[plot[i]])
			draw(plot[i])
}
