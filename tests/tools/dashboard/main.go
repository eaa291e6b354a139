// dashboard FILE...
//
// Checks dashboards by Grafana's own schema: a field that it does not know, one of another type, and one that is missing
// are mistakes. Each panel is read as what its type says, each target as what its data source says. What the schema says
// of the values of an enumeration is not checked by the package.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	plugins.RegisterDefaultPlugins()
	failed := len(os.Args) == 1
	for _, path := range os.Args[1:] {
		if err := check(path); err != nil {
			fmt.Printf("%s: %v\n", path, err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}

func check(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var found dashboard.Dashboard
	// Both answer with a list in an interface, which is not nil when the list is empty.
	if err := found.UnmarshalJSONStrict(text); err != nil && err.Error() != "" {
		return err
	}
	if err := found.Validate(); err != nil && err.Error() != "" {
		return err
	}
	return targets(text)
}

// A target without the type of its data source would pass unread, and so would a dashboard without a panel.
func targets(text []byte) error {
	var found struct {
		Panels []struct {
			Title   string
			Targets []struct{ Datasource struct{ Type string } }
		}
	}
	if err := json.Unmarshal(text, &found); err != nil {
		return err
	}
	read := 0
	for _, panel := range found.Panels {
		for _, target := range panel.Targets {
			if target.Datasource.Type == "" {
				return fmt.Errorf("panel %q: a target does not name the type of its data source", panel.Title)
			}
			read++
		}
	}
	if read == 0 {
		return errors.New("no panel asks for anything")
	}
	return nil
}
